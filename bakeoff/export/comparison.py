"""Scores an exported model and its original on the same rows, and compares them."""

from dataclasses import dataclass

import numpy as np

from bakeoff.export.measurement import ExportMeasurement
from bakeoff.metrics import value_range
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.contender import Contender
from bakeoff.statistics.pairwise import compare
from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions, Predictions
from bakeoff.statistics.reduction import reduce_predictions
from bakeoff.statistics.resampled_scores import resample
from bakeoff.summary.interval import Interval

_SMALL_LOSS = 0.01
_CONFIDENCE = 0.95
# With so many rows and no other answer among them, 95 % confidence that fewer than this share are:
# J. A. Hanley and A. Lippman-Hand, "If Nothing Goes Wrong, Is Everything All Right?", JAMA 1983.
_RULE_OF_THREE = 3.0


@dataclass(frozen=True)
class LossOfQuality:
    """All scores are those of the main metric."""

    metric: str
    original: float
    exported: float
    difference: float
    """exported - original."""
    interval: Interval
    """Of the difference, paired by rows."""
    confidence: float
    other_answers: float | None
    """The share of rows whose answers differ, 0..1; None in a regression."""
    small_loss: float
    """What counts as a small loss: 0.01 of a metric with a limited range, else a hundredth of the
    original's score."""
    is_small: bool
    """Whether the interval excludes a greater loss."""
    is_worse: bool
    """Whether the interval excludes that nothing was lost."""


def loss_of_quality(
    measured: ExportMeasurement, original: Predictions, exported: Predictions, metric: str
) -> LossOfQuality:
    """Both sets of predictions are for the same rows.

    Raises DocumentError if they do not fit the task, and ValueError if the task lacks the metric.
    """
    spec = ComparisonSpec(
        task=measured.task,
        labels=tuple(measured.labels),
        positive_label=measured.positive_label,
        main_metric=metric,
        confidence=_CONFIDENCE,
        main_metric_only=True,
    )
    jobs = [
        reduce_predictions(each, spec, seed=0, threshold=measured.threshold)
        for each in (exported, original)
    ]
    # A method that involves no chance, whatever the original's was: the weights are given.
    candidates = [
        CandidatePredictions(name, "tfidf", [job])
        for name, job in zip(("exported", "original"), jobs, strict=True)
    ]
    first, second = (Contender.of(each, spec) for each in resample(candidates, spec))
    compared = compare(first, second, spec)
    sign = 1 if spec.higher_is_better else -1
    gain = sorted((sign * compared.interval.low, sign * compared.interval.high))
    small_loss = _small_loss(metric, second.mean)
    has_ground = _has_ground(first, second, measured.num_rows, small_loss)
    return LossOfQuality(
        metric=metric,
        original=second.mean,
        exported=first.mean,
        difference=compared.difference,
        interval=compared.interval,
        confidence=_CONFIDENCE,
        other_answers=_other_answers(*jobs),
        small_loss=small_loss,
        is_small=has_ground and gain[0] >= -small_loss,
        is_worse=gain[1] < 0,
    )


def _small_loss(metric: str, original: float) -> float:
    is_limited = np.isfinite(value_range(metric)).all()
    return _SMALL_LOSS if is_limited else _SMALL_LOSS * abs(original)


def _has_ground(first: Contender, second: Contender, num_rows: int, small_loss: float) -> bool:
    """Without a row on which the two differ, the interval has no width, however few rows there
    are."""
    return first.differing_rows(second) > 0 or _RULE_OF_THREE / num_rows <= small_loss


def _other_answers(first: JobPredictions, second: JobPredictions) -> float | None:
    if first.truth.dtype.kind == "f":
        return None
    differs = first.predicted != second.predicted
    return float((differs.any(axis=1) if differs.ndim == 2 else differs).mean())
