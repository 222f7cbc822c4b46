"""What the predictions of trainings on parts of the rows tell of twice the rows."""

from dataclasses import replace

import numpy as np
import pytest

from bakeoff.statistics import CandidatePredictions
from bakeoff.statistics.curve_forecast import curve_forecast
from tests.support.curve_samples import point_predictions
from tests.support.predicted import comparison_spec, valued

SPEC = comparison_spec()


def test_an_error_that_falls_steadily_will_go_on_falling():
    found = curve_forecast(point_predictions((0.2, 0.15, 0.115), 8000), SPEC)

    ahead = found.forecast
    assert (ahead.train_rows, ahead.effect, found.reason) == (16000, "adds", None)
    assert 0.01 < ahead.gain < 0.03
    assert ahead.gain_interval.low < ahead.gain < ahead.gain_interval.high
    assert ahead.interval.low < ahead.score < ahead.interval.high
    assert ahead.score == pytest.approx(0.885 + ahead.gain, abs=0.004)
    assert all(interval.low < interval.high for interval in found.intervals)


def test_scores_that_stay_the_same_say_that_more_labels_hardly_help():
    found = curve_forecast(point_predictions((0.1, 0.1, 0.1), 8000), SPEC)

    assert found.forecast.effect == "hardly"
    assert found.forecast.gain_interval.high < 0.01


def test_from_few_test_rows_nothing_is_sure():
    ahead = curve_forecast(point_predictions((0.22, 0.2, 0.18), 8000, test_rows=100), SPEC).forecast

    assert ahead.effect == "unclear"
    assert ahead.gain_interval.high - ahead.gain_interval.low > 0.02


def test_of_scores_that_get_worse_with_the_rows_there_is_no_forecast():
    found = curve_forecast(point_predictions((0.1, 0.14, 0.2), 8000), SPEC)

    assert found.forecast is None
    assert "do not get better steadily" in found.reason
    assert len(found.intervals) == 3


def test_several_seeds_leave_less_to_chance():
    one, four = (
        curve_forecast(point_predictions((0.2, 0.17, 0.15), 400, seeds=seeds), SPEC).forecast
        for seeds in (1, 4)
    )

    def width(interval):
        return interval.high - interval.low

    assert width(four.gain_interval) < width(one.gain_interval)


def test_the_law_goes_from_the_smallest_part_to_twice_the_rows_and_never_falls():
    law = curve_forecast(point_predictions((0.2, 0.15, 0.115), 8000), SPEC).forecast.law

    assert (law[0].train_rows, law[-1].train_rows) == pytest.approx((2000, 16000))
    scores = [point.score for point in law]
    assert scores == sorted(scores)


def test_an_error_of_numbers_is_forecast_in_their_unit():
    chance = np.random.default_rng(5)
    truth = chance.normal(3, 1, 1000)
    noise = chance.normal(0, 1, 1000)
    points = [
        replace(
            point,
            predictions=CandidatePredictions("m", "full", [valued(truth, truth + error * noise)]),
        )
        for point, error in zip(
            point_predictions((0.1, 0.1, 0.1), 8000), (0.8, 0.6, 0.45), strict=True
        )
    ]

    ahead = curve_forecast(points, comparison_spec("regression", "rmse")).forecast

    assert 0.2 < ahead.score < 0.45
    assert 0 < ahead.gain_interval.low < ahead.gain < 0.2
    assert ahead.effect == "adds"


def test_without_one_point_s_predictions_there_is_no_forecast():
    first, *others = point_predictions((0.2, 0.15, 0.115), 8000)
    unread = replace(first.predictions, jobs=[], num_unread=1)

    found = curve_forecast([replace(first, predictions=unread), *others], SPEC)

    assert found.forecast is None
    assert "could not be read" in found.reason


def test_predictions_of_other_test_rows_cannot_be_compared():
    first, *others = point_predictions((0.2, 0.15, 0.115), 8000)
    (job,) = first.predictions.jobs
    moved = replace(first.predictions, jobs=[replace(job, ids=job.ids + 1)])

    found = curve_forecast([*others, replace(first, predictions=moved)], SPEC)

    assert found.forecast is None
