from itertools import product

import numpy as np
import pytest
from scipy import stats

from bakeoff.statistics.significance import p_value
from bakeoff.statistics.variance import (
    NO_SEEDS,
    SeedVariance,
    Variance,
    rows_variance,
    seed_variance,
)


def test_the_variance_of_a_mean_is_the_sample_variance_over_the_number_of_rows():
    values = np.array([1.0, 2.0, 6.0])
    every_resample = np.array([values[list(rows)].mean() for rows in product(range(3), repeat=3)])

    # There are 27 resamples; rows_variance takes them for a sample of 27 out of many.
    found = float(rows_variance(every_resample, 3)) * 26 / 27

    assert found == pytest.approx(values.var(ddof=1) / 3)


def test_one_row_and_rounding_have_no_variance():
    assert rows_variance(np.array([[1.0, 2.0]]), 1).tolist() == [0.0]
    almost_equal = 0.1 + np.array([0, 1, 0, 1]) * 1e-17
    assert float(rows_variance(almost_equal, 10)) == 0.0


def test_the_variance_shared_by_rows_and_seeds_is_counted_once():
    """By hand: variances r of rows, m of meeting and g of seeds give V_rows = (r + m/S) / R,
    V_each = (r + m) / R and s^2 = g + m/R. With S = 2, R = 10, r = 1, m = 2 and g = 3 these are
    0.2, 0.3 and 3.2, so that V_meeting is 0.1 and V_seeds 1.5, which is g / S.
    """
    # Two seeds whose resampled scores have variance 0.3 each, and whose mean has 0.2.
    common, own = np.sqrt(0.1), np.sqrt(0.2)
    signs = np.array(list(product([-1, 1], repeat=3))).T
    resampled = np.stack([common * signs[0] + own * signs[i] for i in (1, 2)])
    resampled *= np.sqrt(7 / 8) * np.sqrt(9 / 10)
    half = np.sqrt(3.2 / 2)

    found = seed_variance(np.array([5 - half, 5 + half]), resampled, 10)

    assert float(rows_variance(resampled.mean(axis=0), 10)) == pytest.approx(0.2)
    assert found.variance == pytest.approx(1.5)
    assert found.mean_square == pytest.approx(1.6)


def test_seeds_that_vary_less_than_rows_explain_add_nothing():
    resampled = np.random.default_rng(0).normal(0, 1, (3, 500))

    assert seed_variance(np.array([0.0, 0.1, 0.2]), resampled, 50) == SeedVariance(0.0, 0.0, 3)
    assert seed_variance(np.array([0.0]), resampled[:1], 50) == NO_SEEDS


def test_where_rows_do_not_matter_it_is_welchs_test_between_the_seeds():
    first, second = np.array([0.80, 0.83, 0.84]), np.array([0.79, 0.78, 0.80, 0.81])
    seeds = [seed_variance(each, np.zeros((len(each), 9)), 100) for each in (first, second)]

    found = p_value(first.mean() - second.mean(), Variance(0.0, 99, seeds))

    wanted = stats.ttest_ind(first, second, equal_var=False)
    assert found == pytest.approx(wanted.pvalue)


def test_degrees_of_freedom_lie_between_those_of_the_parts():
    seeds = SeedVariance(1.0, 1.0, 3)
    assert Variance(1.0, 999, [NO_SEEDS]).degrees == pytest.approx(999)
    assert Variance(0.0, 999, [seeds]).degrees == pytest.approx(2)
    # (1 + 1)^2 / (1/999 + 1/2), by hand.
    assert Variance(1.0, 999, [seeds]).degrees == pytest.approx(4 / (1 / 999 + 1 / 2))


def test_more_rows_reduce_only_the_variance_of_the_rows():
    variance = Variance(1.0, 10, [SeedVariance(0.5, 0.6, 3)])

    assert variance.with_rows(4).standard_error == pytest.approx(np.sqrt(0.25 + 0.5))
    assert variance.margin(0.95) == pytest.approx(
        stats.t.ppf(0.975, variance.degrees) * np.sqrt(1.5)
    )
