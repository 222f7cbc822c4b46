"""The forecast for twice the train rows, from the predictions of trainings on parts of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bakeoff.metrics import higher_is_better, value_range
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.predictions import CandidatePredictions
from bakeoff.statistics.resampled_scores import ResampledScores, resample
from bakeoff.statistics.same_rows import SameRows
from bakeoff.statistics.scaling_law import Measured, ScalingLaw, fitted_law
from bakeoff.summary.interval import Interval
from bakeoff.summary.label_amounts import is_in_points
from bakeoff.summary.more_labels import Effect, LabelForecast, LawPoint

AHEAD = 2
"""Times the train rows."""
_DRAWN_POINTS = 25

# The standard deviation of a training's error by chance and by the choice of its train rows, as a
# share of the error, times the root of the rows: of wrong answers, and of errors of numbers.
_CHANCE_OF_ANSWERS, _CHANCE_OF_NUMBERS = 2.0, 0.5
# What is worth labelling for: a point of a score from 0 to 1, a twentieth of any other error.
_POINT = 0.01
_SHARE_OF_ERROR = 0.05


@dataclass(frozen=True)
class PointPredictions:
    """A candidate's predictions after training on so many rows."""

    train_rows: int
    predictions: CandidatePredictions


@dataclass(frozen=True)
class CurveForecast:
    """What the predictions tell of a learning curve."""

    intervals: Sequence[Interval | None]
    """Of each point's score."""
    forecast: LabelForecast | None = None
    reason: str | None = None
    """Why there is none, as a sentence."""


def curve_forecast(points: Sequence[PointPredictions], spec: ComparisonSpec) -> CurveForecast:
    """
    Args:
        points: three, each with twice the rows of the one before.
    """
    spec = replace(spec, main_metric_only=True)
    same = SameRows()
    kept = [same.kept(point.predictions) for point in points]
    whole = [each for each in kept if each is not None]
    if len(whole) < len(points):
        return CurveForecast(
            [None] * len(points),
            reason="The predictions of some of its trainings could not be read.",
        )
    scores, rows = resample(whole, spec), [point.train_rows for point in points]
    metric = spec.main_metric
    intervals = [each.intervals(spec).get(metric) for each in scores]
    law = fitted_law(_measured(scores, rows, metric))
    if not law.fits:
        return CurveForecast(
            intervals,
            reason="Its scores do not get better steadily with the rows, by more than chance "
            "explains, so nothing can be said of more rows.",
        )
    return CurveForecast(intervals, _forecast(law, scores[-1].mean(metric), rows, spec))


def _measured(scores: Sequence[ResampledScores], rows: Sequence[int], metric: str) -> Measured:
    errors = np.array([_error(each.mean(metric), metric) for each in scores])
    resampled = np.stack([each.resampled_mean(metric) for each in scores])
    num_rows = scores[0].num_rows
    # A bootstrap of n values underestimates their variance by (n - 1) / n.
    covariance = np.atleast_2d(np.cov(resampled)) * num_rows / max(num_rows - 1, 1)
    of_seeds = scores[-1].seed_variance(metric).variance * len(scores[-1].predictions.jobs)
    chance = _CHANCE_OF_ANSWERS if is_in_points(metric) else _CHANCE_OF_NUMBERS
    usual = (chance * errors) ** 2 / np.array(rows)
    num_seeds = np.array([len(each.predictions.jobs) for each in scores])
    return Measured(
        shares=np.array(rows) / rows[-1],
        errors=errors,
        rows_covariance=covariance,
        training_variance=np.maximum(usual, of_seeds) / num_seeds,
    )


def _forecast(
    law: ScalingLaw, score: float, rows: Sequence[int], spec: ComparisonSpec
) -> LabelForecast:
    metric = spec.main_metric
    ahead = law.forecast(AHEAD, spec.confidence)
    fall = law.fall(AHEAD, spec.confidence)
    gains = Interval(low=fall.low, high=fall.high)
    drawn = np.geomspace(rows[0] / rows[-1], AHEAD, _DRAWN_POINTS)
    return LabelForecast(
        train_rows=AHEAD * rows[-1],
        score=_score(ahead.mean, metric),
        interval=_interval(ahead.low, ahead.high, metric),
        gain=fall.mean,
        gain_interval=gains,
        effect=_effect(gains, _error(score, metric), metric),
        law=[
            LawPoint(
                train_rows=float(share * rows[-1]),
                score=_score(law.error_at(float(share)), metric),
            )
            for share in drawn
        ],
    )


def _effect(gains: Interval, error: float, metric: str) -> Effect:
    matters = _POINT if is_in_points(metric) else _SHARE_OF_ERROR * error
    if gains.high < matters:
        return "hardly"
    return "adds" if gains.low >= matters / 2 else "unclear"


def _error(score: float, metric: str) -> float:
    return 1 - score if higher_is_better(metric) else score


def _score(error: float, metric: str) -> float:
    # It is its own inverse.
    return _error(error, metric)


def _interval(low: float, high: float, metric: str) -> Interval:
    """Of scores, from the ends of errors."""
    ends = sorted((_score(low, metric), _score(high, metric)))
    lowest, highest = value_range(metric)
    return Interval(low=max(ends[0], lowest), high=min(ends[1], highest))
