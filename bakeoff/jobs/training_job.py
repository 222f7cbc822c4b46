"""The SageMaker training job of one plan item."""

from typing import Any

from bakeoff import layout
from bakeoff.jobs.instances import instance_types_of, volume_key
from bakeoff.jobs.job_config import JobConfig
from bakeoff.jobs.metric_definitions import metric_definitions
from bakeoff.methods import is_baseline, is_used
from bakeoff.names import item_key
from bakeoff.prepared.manifest import PreparedDataset, PreparedModel
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.settings import ServiceSettings

CODE_ARCHIVE = "/opt/ml/input/data/code/sourcedir.tar.gz"
CHECKPOINT_FOLDER = "/opt/ml/checkpoints"

# SageMaker counts the wait for spot capacity too: allow as much again as the job may run.
_SPOT_WAIT_FACTOR = 2

Json = dict[str, Any]


def training_job(
    resolved: ResolvedRequest,
    settings: ServiceSettings,
    config: JobConfig,
    dataset: PreparedDataset,
    model: PreparedModel | None,
) -> Json:
    """The CreateTrainingJob request without TrainingJobName and ExperimentConfig."""
    instance_type = instance_types_of(resolved, config.method)[0]
    job: Json = {
        "AlgorithmSpecification": {
            "TrainingImage": settings.training_image,
            "TrainingInputMode": "File",
            "MetricDefinitions": metric_definitions(config.task),
        },
        "RoleArn": settings.sagemaker_role_arn,
        "HyperParameters": _hyperparameters(settings, config),
        "InputDataConfig": _channels(settings.bucket, config, dataset, model),
        "OutputDataConfig": {
            "S3OutputPath": layout.s3_uri(settings.bucket, layout.output_prefix(config.run)),
            **settings.bucket_key,
        },
        **_placement(resolved, settings, instance_type, _uses_spot(settings, config.method)),
        "CheckpointConfig": {
            "S3Uri": layout.s3_uri(
                settings.bucket,
                layout.checkpoint_prefix(config.run, item_key(config.candidate, config.seed)),
            ),
            "LocalPath": CHECKPOINT_FOLDER,
        },
        "EnableNetworkIsolation": True,
        "Environment": {
            "ALLOW_REMOTE_CODE": str(settings.allow_remote_code).lower(),
            # There is no network: a stray call to the hub then fails at once.
            "HF_HUB_OFFLINE": "1",
        },
        # With them as cost allocation tags, AWS's bills tell what a run or a candidate cost.
        "Tags": settings.tags_of(resolved.name, config.run, config.candidate),
    }
    if settings.vpc_config is not None:
        job["VpcConfig"] = settings.vpc_config
    return job


def fallbacks(resolved: ResolvedRequest, settings: ServiceSettings, method: str) -> list[Json]:
    """What replaces members of the job, in turn, where it finds no capacity or has no quota.

    Always on demand: a second wait for spot capacity could take as long as the first. Empty where
    there is nothing else to try.
    """
    first, *others = instance_types_of(resolved, method)
    if not others and not _uses_spot(settings, method):
        return []
    # The first type comes first where only its spot capacity was tried, else after the others.
    types = [first, *others] if _uses_spot(settings, method) else [*others, first]
    return [
        _placement(resolved, settings, instance_type, use_spot=False) for instance_type in types
    ]


def _uses_spot(settings: ServiceSettings, method: str) -> bool:
    # Baselines are short jobs on cheap instances: waiting for spot capacity would save little.
    return settings.use_spot and not is_baseline(method)


def _placement(
    resolved: ResolvedRequest, settings: ServiceSettings, instance_type: str, use_spot: bool
) -> Json:
    """The members that say on which machine the job runs, and for how long it may."""
    compute = resolved.compute
    return {
        "ResourceConfig": {
            "InstanceType": instance_type,
            "InstanceCount": 1,
            "VolumeSizeInGB": compute.volume_gb,
            **volume_key(settings, instance_type),
        },
        "StoppingCondition": _stopping_condition(compute.max_runtime_seconds, use_spot),
        "EnableManagedSpotTraining": use_spot,
    }


def _hyperparameters(settings: ServiceSettings, config: JobConfig) -> dict[str, str]:
    """For SageMaker's toolkit, and for people who look at the job; the script reads config.json."""
    recipe = config.hyperparameters.model_dump() | {"max_length": config.max_length}
    if len(config.learning_rates) > 1:
        recipe["learning_rate"] = ", ".join(f"{rate:g}" for rate in config.learning_rates)
    shown = {
        "model_name": config.model,
        "model_revision": config.model_revision,
        "method": config.method,
        "task": config.task,
        "seed": config.seed,
        **{name: value for name, value in recipe.items() if is_used(name, config.method)},
    }
    return {
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": CODE_ARCHIVE,
        "sagemaker_region": settings.aws_region,
        **{name: str(value) for name, value in shown.items() if value is not None},
    }


def _channels(
    bucket: str, config: JobConfig, dataset: PreparedDataset, model: PreparedModel | None
) -> list[Json]:
    prefixes = {
        "code": layout.code_prefix(config.run),
        "config": layout.config_prefix(config.run, config.item),
        "sample": layout.sample_prefix(dataset.prefix),
    }
    if is_baseline(config.method):
        prefixes["dataset"] = dataset.prefix
    elif model is not None and model.tokenised_prefix and model.snapshot_prefix:
        prefixes |= {"tokenised": model.tokenised_prefix, "model": model.snapshot_prefix}
    return [_channel(name, layout.s3_uri(bucket, prefix)) for name, prefix in prefixes.items()]


def _channel(name: str, uri: str) -> Json:
    return {
        "ChannelName": name,
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": uri,
                "S3DataDistributionType": "FullyReplicated",
            }
        },
    }


def _stopping_condition(seconds: int, use_spot: bool) -> dict[str, int]:
    condition = {"MaxRuntimeInSeconds": seconds}
    if use_spot:
        condition["MaxWaitTimeInSeconds"] = _SPOT_WAIT_FACTOR * seconds
    return condition
