"""The plan: every training job of a run, complete but for its name.

The state machine only carries it out, each item on its own, so an item says all that its job
needs; another attempt at it gets another name and resumes from the item's checkpoints.
"""

from dataclasses import dataclass, replace
from typing import Any

from bakeoff import layout, metrics
from bakeoff.errors import DocumentError, Problem, RequestError
from bakeoff.jobs.instances import instance_type_of
from bakeoff.jobs.metric_definitions import metric_definitions
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.methods import is_baseline, is_used
from bakeoff.names import base_job_name, experiment_name, item_key, trial_name
from bakeoff.prepared.manifest import Manifest, PreparedDataset, PreparedModel
from bakeoff.request.resolved import Candidate, ResolvedRequest
from bakeoff.request.task_rules import task_problems
from bakeoff.settings import ServiceSettings

MAX_TRIALS = 300
"""SageMaker takes no more in one experiment; later candidates are trained untracked."""

CONFIG_SCHEMA_VERSION = 2
CODE_ARCHIVE = "/opt/ml/input/data/code/sourcedir.tar.gz"
CHECKPOINT_FOLDER = "/opt/ml/checkpoints"

# Waiting for spot capacity counts too: as long again as the job may run.
_SPOT_WAIT_FACTOR = 2

Json = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """`items` for the state machine, and what they refer to."""

    items: list[PlanItem]
    configs: dict[str, Json]
    """config.json of each item."""
    experiment: str
    trials: dict[str, str]
    """Names of the trials, by candidate."""


def plan_training(resolved: ResolvedRequest, manifest: Manifest, settings: ServiceSettings) -> Plan:
    """One item for each seed of each candidate that can be trained.

    Raises DocumentError if the manifest holds no data set to train on, RequestError if the
    request asks for something that its task, now known, does not have.
    """
    dataset = manifest.dataset
    if manifest.status != "ready" or dataset is None:
        raise DocumentError(f"run {resolved.run} has no prepared data set to plan for")
    problems = _task_problems(resolved, dataset.task)
    if problems:
        raise RequestError(problems)
    experiment = experiment_name(resolved.name, resolved.run)
    plan = Plan(items=[], configs={}, experiment=experiment, trials={})
    for candidate in resolved.candidates:
        model = manifest.model(candidate.candidate)
        is_ready = model is not None and model.status == "ready"
        if not is_ready and not is_baseline(candidate.method):
            continue
        if len(plan.trials) < MAX_TRIALS:
            plan.trials[candidate.candidate] = trial_name(experiment, candidate.candidate)
        for seed in resolved.seeds_of(candidate):
            config = _config(resolved, candidate, model, dataset, seed)
            plan.configs[config["item"]] = config
            channels = _channels(settings.bucket, config, dataset, model)
            plan.items.append(_item(resolved, settings, config, channels, plan))
    return plan


def _task_problems(resolved: ResolvedRequest, task: metrics.Task) -> list[Problem]:
    """Each once, though every candidate has taken over the request's hyperparameters."""
    recipes = [("hyperparameters", c.hyperparameters.model_dump()) for c in resolved.candidates]
    return list(dict.fromkeys(task_problems(task, resolved.main_metric, recipes)))


def without_experiment(plan: Plan) -> Plan:
    """The same jobs, untracked."""
    items = [
        item.model_copy(
            update={
                "training_job": {
                    name: value
                    for name, value in item.training_job.items()
                    if name != "ExperimentConfig"
                }
            }
        )
        for item in plan.items
    ]
    return replace(plan, items=items, trials={})


def _config(
    resolved: ResolvedRequest,
    candidate: Candidate,
    model: PreparedModel | None,
    dataset: PreparedDataset,
    seed: int,
) -> Json:
    main_metric = resolved.main_metric_of(dataset.task)
    return {
        "schema_version": CONFIG_SCHEMA_VERSION,
        "run": resolved.run,
        "item": item_key(candidate.candidate, seed),
        "candidate": candidate.candidate,
        "model": candidate.model,
        "model_revision": model.revision if model else None,
        "seed": seed,
        "method": candidate.method,
        "task": dataset.task,
        "labels": dataset.labels,
        "positive_label": dataset.positive_label,
        "is_pair": dataset.is_pair,
        "main_metric": main_metric,
        "higher_is_better": metrics.higher_is_better(main_metric),
        "max_length": model.max_length if model else None,
        "hyperparameters": candidate.hyperparameters.model_dump(),
        "dataset": {
            "id": dataset.id,
            "revision": dataset.revision,
            "fingerprint": dataset.fingerprint,
            "rows": dataset.rows.model_dump(),
        },
    }


def _item(
    resolved: ResolvedRequest,
    settings: ServiceSettings,
    config: Json,
    channels: list[Json],
    plan: Plan,
) -> PlanItem:
    run, item, candidate = resolved.run, config["item"], config["candidate"]
    return PlanItem(
        item=item,
        candidate=candidate,
        seed=config["seed"],
        run=run,
        bucket=settings.bucket,
        result_key=layout.result_key(run, item),
        base_job_name=base_job_name(resolved.name, candidate, config["seed"], run),
        training_job=_training_job(resolved, settings, config)
        | {"InputDataConfig": channels}
        | _experiment_config(plan, candidate),
    )


def _training_job(resolved: ResolvedRequest, settings: ServiceSettings, config: Json) -> Json:
    run, item = resolved.run, config["item"]
    on_cpu = is_baseline(config["method"])
    # A short job on a cheap machine: there is little to save by waiting for spot capacity.
    use_spot = settings.use_spot and not on_cpu
    compute = resolved.compute
    job: Json = {
        "AlgorithmSpecification": {
            "TrainingImage": settings.training_image,
            "TrainingInputMode": "File",
            "MetricDefinitions": metric_definitions(config["task"]),
        },
        "RoleArn": settings.sagemaker_role_arn,
        "HyperParameters": _hyperparameters(settings, config),
        "OutputDataConfig": {
            "S3OutputPath": layout.s3_uri(settings.bucket, layout.output_prefix(run))
        },
        "ResourceConfig": {
            "InstanceType": instance_type_of(resolved, config["method"]),
            "InstanceCount": 1,
            "VolumeSizeInGB": compute.volume_gb,
        },
        "StoppingCondition": _stopping_condition(compute.max_runtime_seconds, use_spot),
        "CheckpointConfig": {
            "S3Uri": layout.s3_uri(settings.bucket, layout.checkpoint_prefix(run, item)),
            "LocalPath": CHECKPOINT_FOLDER,
        },
        "EnableNetworkIsolation": True,
        "EnableManagedSpotTraining": use_spot,
        "Environment": {
            "ALLOW_REMOTE_CODE": str(settings.allow_remote_code).lower(),
            # There is no network: a stray call to the hub then fails at once.
            "HF_HUB_OFFLINE": "1",
        },
        "Tags": settings.tags,
    }
    if settings.vpc_config is not None:
        job["VpcConfig"] = settings.vpc_config
    return job


def _experiment_config(plan: Plan, candidate: str) -> Json:
    if candidate not in plan.trials:
        return {}
    return {
        "ExperimentConfig": {
            "ExperimentName": plan.experiment,
            "TrialName": plan.trials[candidate],
            "TrialComponentDisplayName": "Training",
        }
    }


def _hyperparameters(settings: ServiceSettings, config: Json) -> dict[str, str]:
    """For the toolkit, and for people who look at the job; the script reads config.json."""
    method = config["method"]
    recipe = config["hyperparameters"] | {"max_length": config["max_length"]}
    shown = {
        "model_name": config["model"],
        "model_revision": config["model_revision"],
        "method": method,
        "task": config["task"],
        "seed": config["seed"],
        **{name: value for name, value in recipe.items() if is_used(name, method)},
    }
    return {
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": CODE_ARCHIVE,
        "sagemaker_region": settings.aws_region,
        **{name: str(value) for name, value in shown.items() if value is not None},
    }


def _channels(
    bucket: str, config: Json, dataset: PreparedDataset, model: PreparedModel | None
) -> list[Json]:
    run = config["run"]
    prefixes = {
        "code": layout.code_prefix(run),
        "config": layout.config_prefix(run, config["item"]),
        "sample": layout.sample_prefix(dataset.prefix),
    }
    if is_baseline(config["method"]):
        prefixes["dataset"] = dataset.prefix
    elif model is not None and model.tokenised_prefix and model.snapshot_prefix:
        prefixes |= {"tokenised": model.tokenised_prefix, "model": model.snapshot_prefix}
    return [
        {
            "ChannelName": channel,
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": layout.s3_uri(bucket, prefix),
                    "S3DataDistributionType": "FullyReplicated",
                }
            },
        }
        for channel, prefix in prefixes.items()
    ]


def _stopping_condition(seconds: int, use_spot: bool) -> dict[str, int]:
    condition = {"MaxRuntimeInSeconds": seconds}
    if use_spot:
        condition["MaxWaitTimeInSeconds"] = _SPOT_WAIT_FACTOR * seconds
    return condition
