"""A metric of many resamples of the same rows at once, for intervals and tests on validation.

For counts of 1 the values are those of scores.py. Averages over labels are over those that occur
in the rows that are resampled from; of a label that a resample lacks, every ratio counts as 0.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import log_softmax
from scipy.stats import rankdata

from scoring.scores import probabilities
from scoring.task import Task

Floats = NDArray[np.float64]
Scores = Callable[[Floats], Floats]
"""Maps counts (rows, B), how often each row is drawn, to the metric (B,)."""


def resampled_scores(
    task: Task, metric: str, logits: NDArray[Any], labels: NDArray[Any], threshold: float | None
) -> Scores:
    """The metric of these outputs; all in the shapes described in Task."""
    if task.is_regression:
        return _of_numbers(metric, logits.astype(np.float64), labels.astype(np.float64))
    if task.is_classification:
        return _of_classes(task, metric, logits, labels)
    return _of_label_sets(metric, logits, labels, threshold or 0.5)


def _mean(values: NDArray[Any]) -> Scores:
    """The mean of a value for each row."""
    wide = values.astype(np.float64)
    return lambda counts: wide @ counts / counts.sum(axis=0)


def _of_classes(task: Task, metric: str, logits: NDArray[Any], labels: NDArray[Any]) -> Scores:
    predicted = logits.argmax(axis=-1)
    if metric == "loss":
        return _mean(
            -log_softmax(logits.astype(np.float64), axis=-1)[np.arange(len(labels)), labels]
        )
    if metric == "accuracy":
        return _mean(predicted == labels)
    classes = np.arange(task.num_outputs)[:, None]
    return _of_members(
        metric, predicted == classes, labels == classes, positive_index=task.positive_index
    )


def _of_label_sets(
    metric: str, logits: NDArray[Any], labels: NDArray[Any], threshold: float
) -> Scores:
    wanted = labels > 0
    predicted = probabilities(logits) >= threshold
    if metric == "loss":
        wide = logits.astype(np.float64)
        return _mean((np.logaddexp(0.0, wide) - wide * wanted).mean(axis=1))
    if metric == "subset_accuracy":
        return _mean((predicted == wanted).all(axis=1))
    if metric == "ranking_average_precision":
        return _mean(_ranking_precisions(logits, wanted))
    return _of_members(metric, predicted.T, wanted.T, positive_index=None)


def _of_members(
    metric: str,
    predicted: NDArray[np.bool_],
    wanted: NDArray[np.bool_],
    *,
    positive_index: int | None,
) -> Scores:
    """A metric that follows from how many rows of each label are drawn, are given it, and both;
    `predicted` and `wanted` are (labels, rows)."""
    occurring: NDArray[np.bool_] = np.asarray(wanted.any(axis=1))
    right, given, true = (
        csr_array(each, dtype=np.float64) for each in (predicted & wanted, predicted, wanted)
    )

    def scores(counts: Floats) -> Floats:
        drawn = (right @ counts, given @ counts, true @ counts)
        return _from_counts(metric, *drawn, occurring, positive_index)

    return scores


def _from_counts(
    metric: str,
    right: Floats,
    given: Floats,
    true: Floats,
    occurring: NDArray[np.bool_],
    positive_index: int | None,
) -> Floats:
    """Each of the three is (labels, B)."""
    if metric == "mcc":
        return _mcc(right, given, true)
    if metric == "micro_f1":
        return _ratio(2 * right.sum(axis=0), (given + true).sum(axis=0))
    if not occurring.any():
        return np.zeros(right.shape[1])
    f1 = _ratio(2 * right, given + true)
    if metric == "weighted_f1":
        return _ratio((f1 * true).sum(axis=0), true.sum(axis=0))
    of_label = {
        "precision": lambda: _ratio(right, given),
        "recall": lambda: _ratio(right, true),
        "balanced_accuracy": lambda: _ratio(right, true),
    }.get(metric, lambda: f1)()
    if metric in ("f1", "precision", "recall") and positive_index is not None:
        return np.asarray(of_label[positive_index])
    return np.asarray(of_label[occurring].mean(axis=0))


def _mcc(right: Floats, given: Floats, true: Floats) -> Floats:
    """Gorodkin's correlation for any number of classes."""
    rows = true.sum(axis=0)
    shared = right.sum(axis=0) * rows - (given * true).sum(axis=0)
    spread = (rows**2 - (given**2).sum(axis=0)) * (rows**2 - (true**2).sum(axis=0))
    return _ratio(shared, np.sqrt(np.maximum(spread, 0.0)))


def _ranking_precisions(logits: NDArray[Any], wanted: NDArray[np.bool_]) -> Floats:
    """For each row the mean, over its labels, of the share of its labels among all labels that
    score at least as high; 1 for a row with none or all."""
    descending = -logits.astype(np.float64)
    among_all = rankdata(descending, "max", axis=1)
    among_own = rankdata(np.where(wanted, descending, np.inf), "max", axis=1)
    shares = np.where(wanted, among_own / among_all, 0.0).sum(axis=1)
    num_own = wanted.sum(axis=1)
    return np.where(num_own > 0, shares / np.maximum(num_own, 1), 1.0)


def _of_numbers(metric: str, predicted: Floats, labels: Floats) -> Scores:
    if metric == "pearson":
        return lambda counts: _correlation(predicted[:, None], labels[:, None], counts)
    if metric == "spearman":
        ranks, wanted = _resampled_ranks(predicted), _resampled_ranks(labels)
        return lambda counts: _correlation(ranks(counts), wanted(counts), counts)
    if metric == "mae":
        return _mean(np.abs(predicted - labels))
    squared = _mean((predicted - labels) ** 2)
    if metric == "rmse":
        return lambda counts: np.sqrt(squared(counts))
    return squared


def _resampled_ranks(values: Floats) -> Scores:
    """The ranks of the rows in each resample, (rows, B); equal values share their mean rank."""
    _, group = np.unique(values, return_inverse=True)
    members = csr_array((np.ones(len(values)), (group, np.arange(len(values)))))

    def ranks(counts: Floats) -> Floats:
        drawn = members @ counts
        return np.asarray((np.cumsum(drawn, axis=0) - (drawn - 1) / 2)[group])

    return ranks


def _correlation(one: Floats, other: Floats, counts: Floats) -> Floats:
    """Pearson's; 0 with constant values."""
    rows = counts.sum(axis=0)
    one, other = (each - (each * counts).sum(axis=0) / rows for each in (one, other))
    shared = (one * other * counts).sum(axis=0)
    spread = (one**2 * counts).sum(axis=0) * (other**2 * counts).sum(axis=0)
    # Rounding leaves a trace of a variance where all values are the same.
    is_constant = spread <= 1e-24 * rows**2
    return np.where(is_constant, 0.0, _ratio(shared, np.sqrt(spread)))


def _ratio(part: Floats, whole: Floats) -> Floats:
    """A ratio of nothing is 0."""
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)
