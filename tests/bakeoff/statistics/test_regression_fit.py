"""Predicted against true numbers, and what rows of a size miss the truth by."""

import numpy as np
import pytest

from bakeoff.statistics import analyse
from bakeoff.statistics.regression_fit import NUM_BINS, NUM_CELLS, regression_fit
from tests.support.predicted import candidate, classified, comparison_spec, valued


def numbers(rows=400, seed=0):
    chance = np.random.default_rng(seed)
    truth = chance.uniform(0, 5, rows)
    return truth, truth + chance.normal(0, 0.5, rows)


def test_every_row_is_in_one_cell_and_in_one_bin():
    truth, predicted = numbers()
    other = predicted + 0.1

    found = regression_fit(candidate("a", valued(truth, predicted), valued(truth, other, 1)))

    assert np.sum(found.counts) == pytest.approx(400)
    assert len(found.ends) == NUM_CELLS + 1 and len(found.residuals) == NUM_BINS
    assert sum(each.rows for each in found.residuals) == pytest.approx(400)
    lows = [each.low for each in found.residuals]
    assert lows == sorted(lows)


def test_a_row_is_where_its_true_and_its_predicted_number_are():
    truth = np.linspace(0, 10, 1001)
    predicted = np.full(1001, 9.0)

    found = regression_fit(candidate("a", valued(truth, predicted)))

    (column,) = np.flatnonzero(np.sum(found.counts, axis=0))
    assert found.ends[column] <= 9.0 < found.ends[column + 1]
    assert np.flatnonzero(np.sum(found.counts, axis=1)).size > NUM_CELLS / 2


def test_outliers_are_in_the_outermost_cells():
    truth, predicted = numbers(2000)
    truth[0], predicted[1] = 1e6, -1e6

    found = regression_fit(candidate("a", valued(truth, predicted)))

    assert found.ends[-1] < 10
    assert np.sum(found.counts[-1]) >= 1 and np.sum(found.counts, axis=0)[0] >= 1
    assert np.sum(found.counts) == 2000


def test_residuals_are_predicted_minus_true():
    truth = np.arange(100.0)

    found = regression_fit(candidate("a", valued(truth, truth + 2)))

    assert all(each.quantiles == pytest.approx([2.0] * 5) for each in found.residuals)


def test_equal_predictions_share_a_bin_and_equal_truths_have_a_range():
    found = regression_fit(candidate("a", valued(np.full(20, 3.0), np.full(20, 4.0))))

    assert len(found.residuals) == 1
    assert found.residuals[0].rows == 20
    assert np.sum(found.counts) == 20
    assert found.ends == sorted(set(found.ends))


def test_the_comparison_has_it_for_regressions_only():
    truth, predicted = numbers(60)
    of_numbers = candidate("a", valued(truth, predicted))

    assert analyse([of_numbers], comparison_spec("regression")).fits["a"] is not None
    of_classes = candidate("a", classified([0, 1, 1], [0, 1, 0]))
    assert analyse([of_classes], comparison_spec()).fits == {}
