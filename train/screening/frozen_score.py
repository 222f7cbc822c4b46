"""Scores a frozen model on validation, as its training would: by a linear head on its features."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from sklearn.preprocessing import StandardScaler

from job.training_config import TrainingConfig
from job.training_task import task_of
from limits.limited_process import Step
from linear.frozen_encoder import STRENGTHS
from linear.linear_head import choose_linear_head
from screening.layer_features import LayerEncoder
from screening.patience import FITTING_SECONDS, STEP_SECONDS
from screening.sampled_rows import SampledRows


def frozen_logits(
    step: Step,
    config: TrainingConfig,
    folder: Path,
    rows: Mapping[str, SampledRows],
    allow_remote_code: bool,
) -> NDArray[Any]:
    """Of the rows of validation, in the shape described in Task."""
    encoder = LayerEncoder.load(folder, config.tokens_kept, allow_remote_code=allow_remote_code)
    train, validation = (
        encoder.features(rows[split], lambda: step("computing its features", STEP_SECONDS)).last
        for split in ("train", "validation")
    )
    step("fitting a linear model to its features", FITTING_SECONDS)
    scaler = StandardScaler().fit(train)
    best = choose_linear_head(
        config,
        (scaler.transform(train), rows["train"].labels),
        (scaler.transform(validation), rows["validation"].labels),
        STRENGTHS,
    )
    return task_of(config).logits_from(best.head.outputs(scaler.transform(validation)))
