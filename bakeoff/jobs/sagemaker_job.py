"""What all training jobs of SageMaker have in common, whatever program they run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff import layout
from bakeoff.jobs.instances import instance_types_of, volume_key
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.settings import ServiceSettings

CODE_ARCHIVE = "/opt/ml/input/data/code/sourcedir.tar.gz"
CHECKPOINT_FOLDER = "/opt/ml/checkpoints"

# SageMaker counts the wait for spot capacity too: allow as much again as the job may run.
_SPOT_WAIT_FACTOR = 2

Json = dict[str, Any]


@dataclass(frozen=True)
class Program:
    """What a job runs, and on what."""

    file: str
    """In the training code."""
    uses_gpu: bool
    """Decides on the instance."""
    subject: str
    """The candidate, or the screening job: a tag of the bill."""
    checkpoints: str
    """The prefix in the bucket of what the job goes on from."""
    channels: Mapping[str, str]
    """Prefixes in the bucket by the channel's name; `code` comes by itself."""
    shown: Mapping[str, object]
    """For people who look at the job; the program reads the channel `config`."""
    metric_definitions: Sequence[Mapping[str, str]] = ()
    volume_gb: int = 0
    """What the job needs at least."""
    asks_bedrock: bool = False
    """Whether it has a network, and the right to ask models of Amazon Bedrock."""


def sagemaker_job(resolved: ResolvedRequest, settings: ServiceSettings, program: Program) -> Json:
    """The CreateTrainingJob request without TrainingJobName and ExperimentConfig."""
    run = resolved.run
    instance_type = instance_types_of(resolved, uses_gpu=program.uses_gpu)[0]
    job: Json = {
        "AlgorithmSpecification": {
            "TrainingImage": settings.training_image,
            "TrainingInputMode": "File",
            "MetricDefinitions": list(program.metric_definitions),
        },
        "RoleArn": settings.bedrock_role_arn
        if program.asks_bedrock
        else settings.sagemaker_role_arn,
        "HyperParameters": _hyperparameters(settings, program),
        "InputDataConfig": _channels(settings.bucket, run, program.channels),
        "OutputDataConfig": {
            "S3OutputPath": layout.s3_uri(settings.bucket, layout.output_prefix(run)),
            **settings.bucket_key,
        },
        **_placement(
            resolved,
            settings,
            instance_type,
            use_spot=_uses_spot(settings, uses_gpu=program.uses_gpu),
            volume_gb=program.volume_gb,
        ),
        "CheckpointConfig": {
            "S3Uri": layout.s3_uri(settings.bucket, program.checkpoints),
            "LocalPath": CHECKPOINT_FOLDER,
        },
        # Bedrock is asked over the network, by our own code alone: there is no model to run.
        "EnableNetworkIsolation": not program.asks_bedrock,
        "Environment": {
            "ALLOW_REMOTE_CODE": str(settings.allow_remote_code).lower(),
            # There is no network: a stray call to the hub then fails at once.
            "HF_HUB_OFFLINE": "1",
        },
        # With them as cost allocation tags, AWS's bills tell what a run or a candidate cost.
        "Tags": settings.tags_of(resolved.name, run, program.subject),
    }
    if settings.vpc_config is not None:
        job["VpcConfig"] = settings.vpc_config
    return job


def fallbacks(
    resolved: ResolvedRequest, settings: ServiceSettings, *, uses_gpu: bool, volume_gb: int = 0
) -> list[Json]:
    """What replaces members of the job, in turn, where it finds no capacity or has no quota.

    Always on demand: a second wait for spot capacity could take as long as the first. Empty where
    there is nothing else to try.
    """
    first, *others = instance_types_of(resolved, uses_gpu=uses_gpu)
    uses_spot = _uses_spot(settings, uses_gpu=uses_gpu)
    if not others and not uses_spot:
        return []
    # The first type comes first where only its spot capacity was tried, else after the others.
    types = [first, *others] if uses_spot else [*others, first]
    return [
        _placement(resolved, settings, instance_type, use_spot=False, volume_gb=volume_gb)
        for instance_type in types
    ]


def _uses_spot(settings: ServiceSettings, *, uses_gpu: bool) -> bool:
    # Other jobs are short and on cheap instances: waiting for spot capacity would save little.
    return settings.use_spot and uses_gpu


def _placement(
    resolved: ResolvedRequest,
    settings: ServiceSettings,
    instance_type: str,
    *,
    use_spot: bool,
    volume_gb: int,
) -> Json:
    """The members that say on which machine the job runs, and for how long it may."""
    compute = resolved.compute
    return {
        "ResourceConfig": {
            "InstanceType": instance_type,
            "InstanceCount": 1,
            "VolumeSizeInGB": max(compute.volume_gb, volume_gb),
            **volume_key(settings, instance_type),
            **({} if use_spot else settings.warm_pool),
        },
        "StoppingCondition": _stopping_condition(compute.max_runtime_seconds, use_spot),
        "EnableManagedSpotTraining": use_spot,
    }


def _hyperparameters(settings: ServiceSettings, program: Program) -> dict[str, str]:
    """For SageMaker's toolkit, and for people."""
    return {
        "sagemaker_program": program.file,
        "sagemaker_submit_directory": CODE_ARCHIVE,
        "sagemaker_region": settings.aws_region,
        **{name: str(value) for name, value in program.shown.items() if value is not None},
    }


def _channels(bucket: str, run: str, channels: Mapping[str, str]) -> list[Json]:
    prefixes = {"code": layout.code_prefix(run), **channels}
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
