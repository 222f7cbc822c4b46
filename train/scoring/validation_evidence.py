"""How much a score on validation says: its standard error, and whether anything was learnt."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.constant_prediction import majority_outputs, repeated
from scoring.resampled_scores import resampled_scores
from scoring.task import Task

# They bound the time to about a second; both errors are far below what is measured.
RESAMPLES = 200
MOST_ROWS = 20_000
_SEED = 0


@dataclass(frozen=True)
class ValidationEvidence:
    """About one metric of one model; None where it cannot be computed."""

    standard_error: float | None = None
    majority_p_value: float | None = None


def validation_evidence(
    task: Task,
    metric: str,
    *,
    higher_is_better: bool,
    train_labels: NDArray[Any],
    labels: NDArray[Any],
    logits: NDArray[Any],
    threshold: float | None,
) -> ValidationEvidence:
    """By a bootstrap over validation rows, the same resamples for every model.

    The p-value is that of a one-sided paired test against the constant prediction that the majority
    baseline learns from train: (1 + resamples in which the model is not better) / (1 + resamples),
    as in Davison and Hinkley, Bootstrap Methods (1997), 4.2. Of more than MOST_ROWS rows so many
    are drawn, and the standard error is scaled to all.

    Args:
        labels, logits: of validation, in the shape described in Task.
        threshold: of a multi-label task, chosen on these rows.
    """
    if len(labels) < 2 or not np.isfinite(logits).all():
        return ValidationEvidence()
    chance = np.random.default_rng(_SEED)
    chosen = _some(len(labels), chance)
    constant = task.logits_from(repeated(majority_outputs(task, train_labels), len(labels)))
    counts = chance.multinomial(len(chosen), np.full(len(chosen), 1 / len(chosen)), RESAMPLES)
    drawn = counts.T.astype(np.float64)
    of_model, of_constant = (
        resampled_scores(task, metric, outputs[chosen], labels[chosen], limit)(drawn)
        for outputs, limit in (
            (logits, threshold),
            (constant, task.threshold(constant, labels)),
        )
    )
    gains = of_model - of_constant if higher_is_better else of_constant - of_model
    scale = np.sqrt(len(chosen) / len(labels))
    return ValidationEvidence(
        standard_error=float(of_model.std(ddof=1) * scale),
        majority_p_value=float((1 + np.count_nonzero(gains <= 0)) / (1 + RESAMPLES)),
    )


def _some(rows: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """The numbers of at most MOST_ROWS rows, in order."""
    if rows <= MOST_ROWS:
        return np.arange(rows)
    return np.sort(chance.choice(rows, MOST_ROWS, replace=False))
