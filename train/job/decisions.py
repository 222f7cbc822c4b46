"""What validation decides about the use of a model's outputs."""

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from job.trained import Trained
from job.training_config import TrainingConfig
from job.training_task import task_of
from scoring.target_threshold import target_threshold


@dataclass(frozen=True)
class Decisions:
    threshold: float | None
    """The probability from which on a multilabel task assigns a label."""
    temperature: float | None
    """What logits are divided by for the best probabilities; None in a regression."""
    target_threshold: float | None
    """The probability, without temperature, from which on the positive label reaches the target;
    None without a target, and if none is high enough."""


def decisions_of(config: TrainingConfig, trained: Trained) -> Decisions:
    if not trained.has_probabilities:
        return Decisions(threshold=trained.threshold, temperature=None, target_threshold=None)
    labels = trained.splits["validation"].labels
    return Decisions(
        threshold=trained.threshold,
        temperature=task_of(config).temperature(trained.validation_logits, labels),
        target_threshold=_target_threshold(config, trained),
    )


def _target_threshold(config: TrainingConfig, trained: Trained) -> float | None:
    metric, value, positive = config.target_metric, config.target_value, config.positive_index
    logits = np.asarray(trained.validation_logits, dtype=np.float64)
    if metric is None or value is None or positive is None or not np.isfinite(logits).all():
        return None
    has_label = trained.splits["validation"].labels == positive
    return target_threshold(softmax(logits, axis=1)[:, positive], has_label, metric, value)
