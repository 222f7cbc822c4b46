"""Learning curves of made-up candidates."""

from collections.abc import Sequence

import numpy as np

from bakeoff.statistics import CandidatePredictions
from bakeoff.statistics.curve_forecast import PointPredictions, curve_forecast
from bakeoff.summary.more_labels import CandidateCurve, CurvePoint, MoreLabels
from tests.support.predicted import classified, comparison_spec

PERCENTS = (25, 50, 100)


def point_predictions(
    errors: Sequence[float], train_rows: int, test_rows: int = 2000, seeds: int = 1
) -> list[PointPredictions]:
    """Of trainings that get these shares of the test rows wrong, mostly the same rows."""
    chance = np.random.default_rng(7)
    truth = chance.integers(0, 2, test_rows)
    hardness = np.arange(test_rows) / test_rows

    def job(error: float, seed: int):
        order = np.argsort(hardness + chance.normal(0, 0.05, test_rows))
        predicted = truth.copy()
        wrong = order[test_rows - round(error * test_rows) :]
        predicted[wrong] = 1 - predicted[wrong]
        return classified(truth, predicted, seed)

    return [
        PointPredictions(
            round(train_rows * percent / 100),
            CandidatePredictions(
                "m", "full", [job(error, seed) for seed in range(seeds if percent == 100 else 1)]
            ),
        )
        for percent, error in zip(PERCENTS, errors, strict=True)
    ]


def candidate_curve(
    candidate: str, errors: Sequence[float], train_rows: int = 8000, test_rows: int = 2000
) -> CandidateCurve:
    found = curve_forecast(point_predictions(errors, train_rows, test_rows), comparison_spec())
    points = [
        CurvePoint(
            percent=percent,
            train_rows=round(train_rows * percent / 100),
            score=1 - error,
            interval=interval,
            num_seeds=1,
            job_name=None if percent == 100 else f"race-{candidate}-s42-p{percent}-3f2a9c1d-1",
            billable_seconds=None if percent == 100 else 300,
        )
        for percent, error, interval in zip(PERCENTS, errors, found.intervals, strict=True)
    ]
    return CandidateCurve(
        candidate=candidate, points=points, forecast=found.forecast, reason=found.reason
    )


def more_labels(first: str, second: str, metric: str = "f1") -> MoreLabels:
    """One that would gain by more rows, and one without a forecast, as a training failed."""
    failed = candidate_curve(second, (0.18, 0.16, 0.15))
    points = [
        failed.points[0].model_copy(
            update={"score": None, "interval": None, "reason": "The GPU's memory ran out."}
        ),
        *failed.points[1:],
    ]
    reason = "The training on 25 % of the rows failed. The GPU's memory ran out."
    return MoreLabels(
        metric=metric,
        candidates=[
            candidate_curve(first, (0.2, 0.15, 0.115)),
            failed.model_copy(update={"points": points, "forecast": None, "reason": reason}),
        ],
    )
