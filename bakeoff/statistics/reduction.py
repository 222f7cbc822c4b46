"""Reduces logits to the values that the statistics need.

Logits are the bulk of a job's predictions (rows x labels numbers), so those of each job are reduced
to a few numbers per row before the next job's are read.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_expit, logsumexp

from bakeoff.errors import DocumentError
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.predictions import JobPredictions, Predictions
from bakeoff.statistics.probability_reduction import probability_values

# Logits to process at once, which limits the memory for them and for intermediate results.
_PART_LOGITS = 1_000_000

Fields = dict[str, NDArray[Any]]
"""The fields of JobPredictions that hold a value for each row."""


def reduce_predictions(
    predictions: Predictions,
    spec: ComparisonSpec,
    seed: int,
    threshold: float | None = None,
    temperature: float | None = None,
    target_threshold: float | None = None,
    *,
    has_probabilities: bool = True,
) -> JobPredictions:
    """Reduce the predictions of the job with this seed.

    Args:
        threshold: for a multi-label task, 0..1: labels with at least this probability are
            predicted.
        temperature: for probabilities that are scaled by it; None: the job found none.
        target_threshold: the probability of the positive label from which on it is given, for a
            wanted precision or recall; None: there is no target, or no such probability.
        has_probabilities: False where the logits say which answer was given and no more. What takes
            probabilities is then left out, or is NaN.

    Raises:
        DocumentError: the arrays do not fit the task, or hold values that are not finite.
    """
    _check(predictions, spec, threshold)
    reduced = _reduction(spec, threshold)
    parts = [reduced(labels, logits) for labels, logits in _parts(predictions)]
    fields = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    if not has_probabilities and spec.task != "regression":
        answers = _of_answers(fields)
        return JobPredictions(seed=seed, ids=predictions.ids, probabilities=None, **answers)
    probabilities = probability_values(predictions, spec, temperature, target_threshold)
    return JobPredictions(seed=seed, ids=predictions.ids, probabilities=probabilities, **fields)


def _of_answers(fields: Fields) -> Fields:
    """Those that follow from answers alone."""
    answers = {name: fields[name] for name in ("truth", "predicted")}
    unknown = np.full(len(fields["loss"]), np.nan)
    return {**answers, "loss": unknown, **({"ranking": unknown} if "ranking" in fields else {})}


def _reduction(
    spec: ComparisonSpec, threshold: float | None
) -> Callable[[NDArray[Any], NDArray[np.float64]], Fields]:
    if spec.task == "regression":
        return _valued
    if spec.task == "multilabel" and threshold is not None:
        return lambda labels, logits: _multilabelled(labels, logits, threshold)
    return _classified


def _parts(predictions: Predictions) -> Iterator[tuple[NDArray[Any], NDArray[np.float64]]]:
    """Yield the labels and logits of a limited number of rows at a time."""
    size = max(1, _PART_LOGITS * len(predictions.logits) // max(1, predictions.logits.size))
    for begin in range(0, len(predictions.ids), size):
        part = slice(begin, begin + size)
        yield predictions.labels[part], predictions.logits[part].astype(np.float64)


def _valued(labels: NDArray[Any], values: NDArray[np.float64]) -> Fields:
    truth = labels.astype(np.float64)
    return {"truth": truth, "predicted": values, "loss": (values - truth) ** 2}


def _classified(labels: NDArray[Any], logits: NDArray[np.float64]) -> Fields:
    truth, predicted = labels.astype(np.int32), logits.argmax(axis=1).astype(np.int32)
    rows, total = np.arange(len(labels)), logsumexp(logits, axis=1)
    return {
        "truth": truth,
        "predicted": predicted,
        "loss": total - logits[rows, truth],
        "confidence": np.exp(logits[rows, predicted] - total),
    }


def _multilabelled(labels: NDArray[Any], logits: NDArray[np.float64], threshold: float) -> Fields:
    truth = labels > 0
    # log p and log (1 - p) of the probability p; neither can overflow.
    log_given, log_not_given = log_expit(logits), log_expit(-logits)
    predicted = np.exp(log_given) >= threshold
    return {
        "truth": truth,
        "predicted": predicted,
        "loss": -np.where(truth, log_given, log_not_given).mean(axis=1),
        "confidence": np.exp(np.where(predicted, log_given, log_not_given).sum(axis=1)),
        "ranking": _ranking_precision(truth, logits),
    }


def _ranking_precision(
    truth: NDArray[np.bool_], scores: NDArray[np.float64]
) -> NDArray[np.float64]:
    """For each row the mean, over its labels, of the share of true labels among the labels that
    score at least as high; 1 if the row has no label or all (as in scikit-learn's
    label_ranking_average_precision_score)."""
    rows, labels = np.nonzero(truth)
    at_least_as_high = scores[rows] >= scores[rows, labels][:, None]
    share = (at_least_as_high & truth[rows]).sum(axis=1) / at_least_as_high.sum(axis=1)
    count = truth.sum(axis=1)
    total = np.bincount(rows, weights=share, minlength=len(truth))
    is_trivial = (count == 0) | (count == truth.shape[1])
    return np.where(is_trivial, 1.0, total / np.maximum(count, 1))


def _check(predictions: Predictions, spec: ComparisonSpec, threshold: float | None) -> None:
    labels, logits = predictions.labels, predictions.logits
    rows, num_labels = len(predictions.ids), len(spec.labels)
    wide = (rows, num_labels)
    shapes = {
        "regression": ((rows,), (rows,)),
        "multilabel": (wide, wide),
    }.get(spec.task, ((rows,), wide))
    if rows == 0 or predictions.ids.ndim != 1 or (labels.shape, logits.shape) != shapes:
        raise DocumentError(
            f"predictions.npz has labels {labels.shape} and logits {logits.shape}; for a "
            f"{spec.task} task with {rows} rows they should be {shapes[0]} and {shapes[1]}."
        )
    if not (_is_finite(labels) and _is_finite(logits)):
        raise DocumentError("predictions.npz holds values that are not finite numbers.")
    is_class = spec.task in ("binary", "multiclass")
    if is_class and not (
        labels.dtype.kind in "iu" and ((labels >= 0) & (labels < num_labels)).all()
    ):
        raise DocumentError(f"predictions.npz has classes other than 0 to {num_labels - 1}.")
    if spec.task == "multilabel" and threshold is None:
        raise DocumentError("The job reports no threshold, which a multi-label task needs.")


def _is_finite(numbers: NDArray[Any]) -> bool:
    return numbers.dtype.kind in "biuf" and bool(np.isfinite(numbers).all())
