"""The SageMaker training job of a candidate."""

import hashlib
import json

from bakeoff import layout
from bakeoff.hosted_models import is_hosted
from bakeoff.jobs.job_config import JobConfig
from bakeoff.jobs.metric_definitions import metric_definitions
from bakeoff.jobs.sagemaker_job import Json, Program, sagemaker_job
from bakeoff.methods import is_fine_tuned, is_used, keeps_vectors, needs_gpu
from bakeoff.names import item_key
from bakeoff.prepared.manifest import PreparedDataset, PreparedModel
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.settings import ServiceSettings


def training_job(
    resolved: ResolvedRequest,
    settings: ServiceSettings,
    config: JobConfig,
    dataset: PreparedDataset,
    model: PreparedModel | None,
) -> Json:
    """The CreateTrainingJob request without TrainingJobName and ExperimentConfig."""
    return sagemaker_job(
        resolved,
        settings,
        Program(
            file="train.py",
            uses_gpu=needs_gpu(config.method) and not is_hosted(config.model),
            subject=config.candidate,
            checkpoints=_checkpoints(settings, config, dataset, model),
            channels=_channels(config, dataset, model),
            shown=_shown(config),
            metric_definitions=metric_definitions(config.task),
            asks_bedrock=is_hosted(config.model),
        ),
    )


def _checkpoints(
    settings: ServiceSettings,
    config: JobConfig,
    dataset: PreparedDataset,
    model: PreparedModel | None,
) -> str:
    """Those of candidate and seed, so that each rung goes on from the one before. A training on
    a part of the rows has its own, as it must not go on from one that has seen them all.

    A frozen model's are the vectors of the texts, which jobs of all runs share. The prefixes are
    those of the cache, and follow from the contents and from the code. The job itself knows its
    vectors by all that they follow from, so a place that were shared by mistake would do no harm.
    """
    if not keeps_vectors(config.method) or model is None:
        whole = item_key(config.candidate, config.seed)
        return layout.checkpoint_prefix(
            config.run, whole if config.num_train_rows is None else config.item
        )
    parts = [
        model.snapshot_prefix,
        dataset.prefix,
        config.max_length,
        settings.training_image,
    ]
    return layout.vectors_prefix(hashlib.sha256(json.dumps(parts).encode()).hexdigest())


def _shown(config: JobConfig) -> dict[str, object]:
    recipe = config.hyperparameters.model_dump() | {"max_length": config.max_length}
    if len(config.learning_rates) > 1:
        recipe["learning_rate"] = ", ".join(f"{rate:g}" for rate in config.learning_rates)
    return {
        "model_name": config.model,
        "model_revision": config.model_revision,
        "method": config.method,
        "task": config.task,
        "seed": config.seed,
        **{name: value for name, value in recipe.items() if is_used(name, config.method)},
    }


def _channels(
    config: JobConfig, dataset: PreparedDataset, model: PreparedModel | None
) -> dict[str, str]:
    channels = {
        "config": layout.config_prefix(config.run, config.item),
        "sample": layout.sample_prefix(dataset.prefix),
    }
    if not is_fine_tuned(config.method):
        channels["dataset"] = dataset.prefix
    elif model is not None and model.tokenised_prefix:
        channels["tokenised"] = model.tokenised_prefix
    if model is not None and model.snapshot_prefix:
        channels["model"] = model.snapshot_prefix
    return channels
