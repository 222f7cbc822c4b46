import math
from itertools import pairwise, product

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, logit

from bakeoff.metrics import ALL_METRIC_NAMES, value_range
from bakeoff.statistics.intervals import interval
from bakeoff.statistics.significance import difference_variance, p_value
from bakeoff.statistics.variance import NO_SEEDS, SeedVariance, Variance


def with_error(standard_error, degrees=1e9):
    return Variance(standard_error**2, degrees, [NO_SEEDS])


def test_a_share_is_given_on_the_scale_of_logits():
    found = interval("accuracy", 0.98, with_error(0.01), 200, 0.95)

    reach = stats.norm.ppf(0.975) * 0.01 / (0.98 * 0.02)
    assert found.low == pytest.approx(expit(logit(0.98) - reach))
    assert found.high == pytest.approx(expit(logit(0.98) + reach))


def test_it_is_close_to_wilsons_interval_of_a_share():
    found = interval("accuracy", 0.85, with_error(math.sqrt(0.85 * 0.15 / 400)), 400, 0.95)

    wilson = stats.binomtest(340, 400).proportion_ci(0.95, method="wilson")
    assert (found.low, found.high) == pytest.approx((wilson.low, wilson.high), abs=0.001)


def test_a_correlation_is_given_on_fishers_scale_and_an_error_on_that_of_logarithms():
    found = interval("pearson", 0.8, with_error(0.05), 100, 0.95)
    reach = stats.norm.ppf(0.975) * 0.05 / (1 - 0.64)
    assert found.high == pytest.approx(math.tanh(math.atanh(0.8) + reach))

    found = interval("rmse", 2.0, with_error(0.1), 100, 0.95)
    assert found.low == pytest.approx(2 * math.exp(-stats.norm.ppf(0.975) * 0.1 / 2))
    assert found.low * found.high == pytest.approx(4)


def test_few_seeds_make_it_wide():
    seeds = Variance(0.0, 999, [SeedVariance(1e-4, 1e-4, 3)])

    wide, narrow = (
        interval("accuracy", 0.9, each, 1000, 0.95) for each in (seeds, with_error(0.01))
    )

    ratio = (logit(wide.high) - logit(0.9)) / (logit(narrow.high) - logit(0.9))
    assert ratio == pytest.approx(stats.t.ppf(0.975, 2) / stats.norm.ppf(0.975), rel=1e-6)


OBSERVED = (0.0, 1e-12, 0.5, 1 - 1e-12, 1.0, 40.0)
STANDARD_ERRORS = (0.0, 1e-300, 1e-6, 0.3, 5.0, 1e6)


@pytest.mark.parametrize("metric", ALL_METRIC_NAMES)
def test_it_contains_the_metric_and_stays_in_its_range(metric):
    least, most = value_range(metric)
    values = {least, *(value for value in OBSERVED if value <= most)}
    for observed, error, degrees in product(values, STANDARD_ERRORS, (1, 1e9)):
        variance = with_error(error, degrees)
        found = interval(metric, observed, variance, 100, 0.9999)
        is_at_end = observed in (least, most) and variance.margin(0.9999) == 0
        if is_at_end and metric not in ("accuracy", "subset_accuracy"):
            assert found is None
        else:
            assert least <= found.low <= observed <= found.high <= most
            assert np.isfinite([found.low, found.high]).all()


@pytest.mark.parametrize("metric", ALL_METRIC_NAMES)
def test_a_wide_margin_near_a_bound_does_not_make_an_interval_that_says_nothing(metric):
    least, most = value_range(metric)
    for observed, error in product((least + 0.02, min(most, 1.0) - 0.02), (0.01, 0.02, 0.1, 0.2)):
        variance = with_error(error, degrees=3)
        found = interval(metric, observed, variance, 1000, 0.95)
        margin = variance.margin(0.95)
        farthest = max(margin, 20 * min(observed - least, most - observed))
        assert observed - found.low <= farthest and found.high - observed <= farthest


def test_what_is_significantly_worse_has_no_interval_that_reaches_to_the_best():
    luck = SeedVariance(0.02**2, 0.02**2, 2)
    worse = Variance(1e-6, 999, [luck])
    found = interval("f1", 0.02, worse, 1000, 0.95)

    difference = difference_variance(0.02 - 0.8, 1e-4, 700, [NO_SEEDS, luck])
    assert p_value(0.02 - 0.8, difference) < 0.05
    assert found.high < 0.4


def test_a_wider_margin_never_makes_a_narrower_interval():
    for metric, observed in product(("f1", "mcc", "rmse"), (0.02, 0.5, 0.98)):
        ends = [
            interval(metric, observed, with_error(0.002 * step), 1000, 0.95) for step in range(500)
        ]
        assert all(b.low <= a.low and b.high >= a.high for a, b in pairwise(ends))


def test_the_exact_interval_is_given_if_every_row_is_right():
    found = interval("accuracy", 1.0, with_error(0), 50, 0.95)

    exact = stats.binomtest(50, 50).proportion_ci(0.95, method="exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))
    none_right = interval("subset_accuracy", 0.0, with_error(0), 50, 0.95)
    exact = stats.binomtest(0, 50).proportion_ci(0.95, method="exact")
    assert (none_right.low, none_right.high) == pytest.approx((exact.low, exact.high))


def test_a_score_at_the_end_of_its_range_in_every_resample_has_none():
    assert interval("f1", 1.0, with_error(0), 50, 0.95) is None
    assert interval("f1", 0.0, with_error(0), 50, 0.95) is None
    assert interval("rmse", 0.0, with_error(0), 50, 0.95) is None


def test_a_score_without_variance_is_its_own_interval():
    found = interval("balanced_accuracy", 0.5, with_error(0), 50, 0.95)

    assert (found.low, found.high) == (0.5, 0.5)


def test_one_row_gives_an_interval_for_accuracy_only():
    assert interval("loss", 0.3, with_error(0), 1, 0.95) is None
    assert interval("accuracy", 1.0, with_error(0), 1, 0.95).low == pytest.approx(0.025)
