"""Scores a model by its features: how well linear models predict the labels from them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limits.limited_process import Step
from model.model_snapshot import ModelError
from scoring.task import Task
from screening.folds import fold_numbers
from screening.layer_features import LayerEncoder, LayerFeatures
from screening.linear_scores import log_loss, r_squared
from screening.log_me import log_me
from screening.patience import FITTING_SECONDS, STEP_SECONDS, loading_seconds
from screening.sampled_rows import SampledRows
from screening.screening_config import ScreenedModel, ScreeningConfig
from screening.screening_scores import SCORED, ScreeningScore
from screening.standard_features import StandardFeatures

NUM_FOLDS = 5


def score_by_features(
    step: Step,
    config: ScreeningConfig,
    model: ScreenedModel,
    folder: Path,
    rows: Mapping[str, SampledRows],
    allow_remote_code: bool,
) -> ScreeningScore:
    """The better score of its last layer and of the mean over its layers. Raises ModelError."""
    step("reading its weights", loading_seconds(folder))
    encoder = LayerEncoder.load(
        folder, config.tokens_kept(model), allow_remote_code=allow_remote_code
    )
    train = rows["train"]
    features = encoder.features(train, lambda: step("computing its features", STEP_SECONDS))
    del encoder
    step("fitting linear models to its features", FITTING_SECONDS)
    return _score(config, model, features, train)


def _score(
    config: ScreeningConfig, model: ScreenedModel, features: LayerFeatures, rows: SampledRows
) -> ScreeningScore:
    task = config.scored_task
    folds = fold_numbers(rows.strata, NUM_FOLDS, config.seed)
    standard = {
        name: StandardFeatures.of(_finite(each))
        for name, each in (("last", features.last), ("mean", features.mean))
    }
    fit = r_squared if task.is_regression else log_loss
    fits = {name: fit(each, task, rows.labels, folds) for name, each in standard.items()}
    layers = (max if task.is_regression else min)(fits, key=lambda name: fits[name])
    return ScreeningScore(
        candidate=model.candidate,
        status=SCORED,
        log_loss=None if task.is_regression else fits[layers],
        r2=fits[layers] if task.is_regression else None,
        log_me=log_me(standard[layers], _targets(task, rows.labels)),
        layers=layers,
        pooling=features.pooling,
        num_tokens=features.num_tokens,
    )


def _targets(task: Task, labels: NDArray[Any]) -> NDArray[np.float64]:
    """(rows, targets) as `log_me` takes them."""
    if task.is_regression:
        return (labels[:, None] - labels.mean()) / max(float(labels.std()), 1e-12)
    if task.is_multilabel:
        return labels.astype(np.float64)
    return np.asarray(np.eye(task.num_outputs)[labels])


def _finite(features: NDArray[np.float32]) -> NDArray[np.float32]:
    wrong = int((~np.isfinite(features).all(axis=1)).sum())
    if wrong:
        raise ModelError(
            f"Its outputs are not finite numbers (NaN or infinity) for {wrong:,} of "
            f"{len(features):,} texts: its weights, or its config.json, are probably broken."
        )
    return features
