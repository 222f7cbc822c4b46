"""The SageMaker job that screens several models, and its configuration."""

import math
from collections.abc import Sequence

from bakeoff import layout
from bakeoff.jobs.recipe import Recipe, recipe_of
from bakeoff.jobs.sagemaker_job import Json, Program, sagemaker_job
from bakeoff.jobs.screening_config import (
    PROGRAM,
    ScreenedModel,
    ScreeningConfig,
    model_channel,
    screening_config,
    screening_kind,
)
from bakeoff.methods import needs_gpu
from bakeoff.prepared.manifest import PreparedDataset, PreparedModel
from bakeoff.request.resolved import Candidate, ResolvedRequest
from bakeoff.settings import ServiceSettings

# A model's files have 4 bytes for each number at most.
_BYTES_PER_PARAMETER = 4
# Of a short fine-tuning. After an eighth of all steps the first rung compares, with more evidence.
_MOST_STEPS = 100
_MOST_SHARE = 1 / 8
# For rows, code, and a model's results.
_SPARE_GB = 20


def screening_job_config(
    resolved: ResolvedRequest,
    dataset: PreparedDataset,
    item: str,
    models: Sequence[tuple[Candidate, PreparedModel]],
) -> ScreeningConfig:
    """The configuration of the job that screens these candidates, with the models of each."""
    screened = [
        _screened(index, candidate, model, dataset)
        for index, (candidate, model) in enumerate(models)
    ]
    return screening_config(resolved, dataset, item, screened)


def _screened(
    index: int, candidate: Candidate, model: PreparedModel, dataset: PreparedDataset
) -> ScreenedModel:
    recipe = None
    if screening_kind(dataset) == "short_training":
        recipe = recipe_of(candidate, dataset.rows, model.encoder_parameters)
    return ScreenedModel.model_validate(
        {
            "candidate": candidate.candidate,
            "method": candidate.method,
            "model_channel": model_channel(index),
            "max_length": model.max_length,
            "recipe": recipe,
            "learning_rate": recipe.learning_rate if recipe else None,
            "steps": _steps(recipe, dataset) if recipe else None,
        }
    )


def _steps(recipe: Recipe, dataset: PreparedDataset) -> int:
    """Those of a short fine-tuning, which costs less than what it is to save."""
    return min(_MOST_STEPS, math.ceil(_MOST_SHARE * recipe.steps(dataset.rows.train)))


def screening_job(
    resolved: ResolvedRequest,
    settings: ServiceSettings,
    config: ScreeningConfig,
    dataset: PreparedDataset,
    models: Sequence[PreparedModel],
) -> Json:
    """The CreateTrainingJob request without TrainingJobName; `models` as in the configuration."""
    channels = {
        each.model_channel: model.snapshot_prefix or ""
        for each, model in zip(config.models, models, strict=True)
    }
    return sagemaker_job(
        resolved,
        settings,
        Program(
            file=PROGRAM,
            uses_gpu=needs_gpu(config.models[0].method),
            subject=config.item,
            checkpoints=layout.checkpoint_prefix(config.run, config.item),
            channels={
                "config": layout.config_prefix(config.run, config.item),
                "dataset": dataset.prefix,
                **channels,
            },
            shown=_shown(config),
            volume_gb=screening_volume_gb(models),
        ),
    )


def _shown(config: ScreeningConfig) -> dict[str, object]:
    """For features each model is used as for a linear head on the frozen model."""
    is_frozen = config.kind == "features"
    return {
        "kind": config.kind,
        "method": "frozen" if is_frozen else config.models[0].method,
        "task": config.task,
        "max_length": config.max_length,
        "num_models": len(config.models),
    }


def screening_volume_gb(models: Sequence[PreparedModel]) -> int:
    """What the files of these models need, as far as their sizes are known."""
    num_bytes = _BYTES_PER_PARAMETER * sum(model.num_parameters or 0 for model in models)
    return _SPARE_GB + math.ceil(num_bytes / 1e9)
