"""How much a score on validation says: its standard error, and whether anything was learnt."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.constant_prediction import majority_outputs, repeated
from scoring.resampled_scores import Scores, resampled_scores
from scoring.task import Task

# They bound the time to about a second; both errors are far below what is measured.
RESAMPLES = 200
MOST_ROWS = 20_000
_SEED = 0
# The logit of a label that is given to all rows: far from the other one's, 0.
_LABEL_LOGIT = 10.0


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

    The p-value is that of a one-sided paired test against the best answer for all
    rows: (1 + resamples in which the model is not better) / (1 + resamples), as in Davison and
    Hinkley, Bootstrap Methods (1997), 4.2. Always answering with one label has a recall of 1, which
    nothing exceeds, and on equally frequent labels an F1 of 0.67, which a model may miss although
    it tells them apart. So F1, precision and recall of one label are tested by balanced accuracy.
    Of more than MOST_ROWS rows so many are drawn, and the standard error is scaled to all.

    Args:
        labels, logits: of validation, in the shape described in Task.
        threshold: of a multi-label task, chosen on these rows.
    """
    if len(labels) < 2 or not np.isfinite(logits).all():
        return ValidationEvidence()
    chance = np.random.default_rng(_SEED)
    chosen = _some(len(labels), chance)
    counts = chance.multinomial(len(chosen), np.full(len(chosen), 1 / len(chosen)), RESAMPLES)
    drawn = counts.T.astype(np.float64)
    of_model = resampled_scores(task, metric, logits[chosen], labels[chosen], threshold)
    scale = np.sqrt(len(chosen) / len(labels))
    is_of_one_label = task.kind == "binary" and metric in ("f1", "precision")
    tested = "balanced_accuracy" if is_of_one_label or metric == "recall" else metric
    of_tested = resampled_scores(task, tested, logits[chosen], labels[chosen], threshold)
    of_constant = _best_constant(task, tested, higher_is_better, train_labels, labels[chosen])
    gains = of_tested(drawn) - of_constant(drawn)
    not_better = np.count_nonzero(gains <= 0 if higher_is_better else gains >= 0)
    return ValidationEvidence(
        standard_error=float(of_model(drawn).std(ddof=1) * scale),
        majority_p_value=float((1 + not_better) / (1 + RESAMPLES)),
    )


def _best_constant(
    task: Task,
    metric: str,
    higher_is_better: bool,
    train_labels: NDArray[Any],
    labels: NDArray[Any],
) -> Scores:
    """The scores of what the majority baseline learns from train or, in a binary task, of either
    label for all rows, whichever is best on `labels`: the majority may have an F1 of 0."""
    rows = len(labels)
    answers = [majority_outputs(task, train_labels)]
    if task.kind == "binary":
        answers += [*_LABEL_LOGIT * np.eye(2)]
    outputs = [task.logits_from(repeated(each, rows)) for each in answers]
    scores = [
        resampled_scores(task, metric, each, labels, task.threshold(each, labels))
        for each in outputs
    ]
    direction = 1 if higher_is_better else -1
    return max(scores, key=lambda score: direction * float(score(np.ones((rows, 1)))[0]))


def _some(rows: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """The numbers of at most MOST_ROWS rows, in order."""
    if rows <= MOST_ROWS:
        return np.arange(rows)
    return np.sort(chance.choice(rows, MOST_ROWS, replace=False))
