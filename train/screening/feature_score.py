"""Scores a model by its features: how well linear models predict the labels from them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding.text_encoder import TextEncoder, TextVectors
from embedding.usage import usage_of
from limits.limited_process import Step
from model.model_files import ModelError
from scoring.folds import fold_numbers
from scoring.task import Task
from screening.linear_scores import log_loss, r_squared
from screening.log_me import log_me
from screening.patience import FITTING_SECONDS, STEP_SECONDS, loading_seconds
from screening.sampled_rows import SampledRows
from screening.screening_config import ScreenedModel, ScreeningConfig
from screening.screening_scores import SCORED, ScreeningScore
from screening.standard_features import StandardFeatures

NUM_FOLDS = 5
BATCH_ROWS = 32


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
    usage = usage_of(folder, model.candidate, config.tokens_kept(model), is_pair=config.is_pair)
    encoder = TextEncoder.load(folder, usage, allow_remote_code=allow_remote_code)
    train = rows["train"]
    vectors = encoder.vectors(
        train.texts,
        BATCH_ROWS,
        reads_all_layers=True,
        on_batch=lambda: step("computing its features", STEP_SECONDS),
    )
    step("fitting linear models to its features", FITTING_SECONDS)
    score = _score(config, model, vectors, train)
    pooling = "+".join(encoder.usage.pooling)
    return replace(score, pooling=pooling, num_tokens=encoder.num_tokens)


def _score(
    config: ScreeningConfig, model: ScreenedModel, vectors: TextVectors, rows: SampledRows
) -> ScreeningScore:
    scores = [
        _score_of(layers, each, config.scored_task, rows, config.seed)
        for layers, each in vectors.by_layer.items()
    ]
    for score in scores:
        print(f"bakeoff features candidate={model.candidate} {score}", flush=True)
    best = max(scores, key=lambda score: score.fit)
    is_regression = config.scored_task.is_regression
    return ScreeningScore(
        candidate=model.candidate,
        status=SCORED,
        log_loss=None if is_regression else -best.fit,
        r2=best.fit if is_regression else None,
        log_me=best.log_me,
        layers=best.layers,
    )


@dataclass(frozen=True)
class _LayersScore:
    """Of the features of some layers; higher is better."""

    layers: str
    fit: float
    """R2, or the log loss with a minus."""
    log_me: float

    def __str__(self) -> str:
        return f"layers={self.layers} fit={self.fit:.6g} log_me={self.log_me:.6g}"


def _score_of(
    layers: str, features: NDArray[np.float32], task: Task, rows: SampledRows, seed: int
) -> _LayersScore:
    standard = StandardFeatures.of(_finite(features))
    folds = fold_numbers(rows.strata, NUM_FOLDS, seed)
    arguments = (standard, task, rows.labels, folds)
    fit = r_squared(*arguments) if task.is_regression else -log_loss(*arguments)
    return _LayersScore(layers, fit, log_me(standard, _targets(task, rows.labels)))


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
