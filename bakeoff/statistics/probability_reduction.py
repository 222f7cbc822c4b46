"""Reduces a job's logits to what the scores of its probabilities need.

A metric of the probabilities is a mean over rows, or close to one (ranking_quality.py), or a sum
over few bins (calibration.py), so a few numbers a row are left of any number of labels.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from scipy.special import expit, log_softmax, logsumexp, softmax

from bakeoff.statistics.calibration import bin_ends, gaps
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.predictions import Predictions
from bakeoff.statistics.probability_values import ProbabilityValues
from bakeoff.statistics.ranking_quality import (
    Measure,
    RankingQuality,
    average_precision,
    mean_over_labels,
    roc_auc,
)
from bakeoff.statistics.target_values import target_values

Floats = NDArray[np.float64]

# Logits to process at once, which limits the memory for intermediate results.
_PART_LOGITS = 1_000_000


def probability_values(
    predictions: Predictions,
    spec: ComparisonSpec,
    temperature: float | None,
    target_threshold: float | None,
) -> ProbabilityValues | None:
    """None in a regression, which has no probabilities. The predictions fit the task.

    Args:
        temperature, target_threshold: found on validation; None leaves out the metrics that take
            it.
    """
    if spec.task == "regression":
        return None
    stated = _stated(predictions, 1.0)
    means = {"brier": stated.brier}
    of_gaps = {"calibration_error": stated.gaps}
    if temperature is not None:
        scaled = _stated(predictions, temperature)
        means["scaled_loss"] = scaled.loss
        of_gaps["scaled_calibration_error"] = scaled.gaps
    measured = {
        "roc_auc": _ranked(predictions, spec, roc_auc),
        "average_precision": _ranked(predictions, spec, average_precision),
    }
    rankings = {name: found for name, found in measured.items() if found is not None}
    if target_threshold is not None and spec.positive_index is not None:
        is_given = _chances(predictions.logits, spec.positive_index) >= target_threshold
        rankings |= target_values(is_given, predictions.labels == spec.positive_index)
    return ProbabilityValues(means, rankings, of_gaps)


def _chances(logits: NDArray[np.floating], label: int) -> Floats:
    """The probability of the label."""
    parts = [softmax(logits[part].astype(np.float64), axis=1)[:, label] for part in _parts(logits)]
    return np.concatenate(parts)


@dataclass(frozen=True)
class _Stated:
    """What the probabilities at one temperature are worth."""

    loss: Floats
    brier: Floats
    gaps: csr_array


def _stated(predictions: Predictions, temperature: float) -> _Stated:
    logits, labels = predictions.logits, predictions.labels
    reduced = _of_label_sets if labels.ndim == 2 else _of_classes
    ends = _ends(logits, temperature, is_multilabel=labels.ndim == 2)
    parts = [
        reduced(logits[part].astype(np.float64) / temperature, labels[part], ends)
        for part in _parts(logits)
    ]
    loss, brier, of_bins = zip(*parts, strict=True)
    return _Stated(np.concatenate(loss), np.concatenate(brier), csr_array(hstack(of_bins)))


def _of_classes(
    logits: Floats, labels: NDArray[np.integer], ends: Floats
) -> tuple[Floats, Floats, csr_array]:
    """Loss and Brier score of each row, and what it adds to the bins by its likeliest class."""
    log_chances, rows = log_softmax(logits, axis=1), np.arange(len(labels))
    chances, likeliest = np.exp(log_chances), logits.argmax(axis=1)
    missed = chances.copy()
    missed[rows, labels] -= 1
    of_bins = gaps(chances[rows, likeliest][:, None], (likeliest == labels)[:, None], ends)
    return -log_chances[rows, labels], (missed**2).sum(axis=1) / 2, of_bins


def _of_label_sets(
    logits: Floats, labels: NDArray[np.number], ends: Floats
) -> tuple[Floats, Floats, csr_array]:
    """The same, where each label is a question of its own."""
    chances, has_label = expit(logits), labels > 0
    loss = (np.logaddexp(0.0, logits) - logits * has_label).mean(axis=1)
    brier = ((chances - has_label) ** 2).mean(axis=1)
    return loss, brier, gaps(chances, has_label, ends)


def _ends(logits: NDArray[np.floating], temperature: float, *, is_multilabel: bool) -> Floats:
    if is_multilabel:
        # A sigmoid keeps the order, so that the ends of the logits are those of the probabilities.
        return np.asarray(expit(bin_ends(logits) / temperature))
    confidence = [
        np.exp(-_excess(logits[part].astype(np.float64) / temperature)) for part in _parts(logits)
    ]
    return bin_ends(np.concatenate(confidence))


def _excess(logits: Floats) -> Floats:
    """Minus the logarithm of the probability of each row's likeliest class."""
    excess: Floats = logsumexp(logits, axis=1) - logits.max(axis=1)
    return excess


def _ranked(
    predictions: Predictions, spec: ComparisonSpec, measure: Measure
) -> RankingQuality | None:
    """Of the positive label; without one the mean over the labels, each against the rest."""
    logits, labels = predictions.logits, predictions.labels
    if labels.ndim == 2:
        columns = range(labels.shape[1])
        return mean_over_labels(
            [measure(logits[:, each].astype(np.float64), labels[:, each] > 0) for each in columns]
        )
    wanted = range(logits.shape[1]) if spec.positive_index is None else [spec.positive_index]
    against = _against(logits)
    return mean_over_labels(
        [measure(logits[:, each] - against(each), labels == each) for each in wanted]
    )


def _against(logits: NDArray[np.floating]) -> Callable[[int], Floats]:
    """What to subtract from the logits of a class for scores in the order of its probability."""
    if logits.shape[1] == 2:
        # The probability of a sure row is 1 and nothing else, but it has a difference.
        return lambda label: logits[:, 1 - label].astype(np.float64)
    parts = [logsumexp(logits[part].astype(np.float64), axis=1) for part in _parts(logits)]
    total = np.concatenate(parts)
    return lambda label: total


def _parts(logits: NDArray[np.floating]) -> Iterator[slice]:
    """Rows to process at once."""
    size = max(1, _PART_LOGITS * len(logits) // max(1, logits.size))
    return (slice(begin, begin + size) for begin in range(0, len(logits), size))
