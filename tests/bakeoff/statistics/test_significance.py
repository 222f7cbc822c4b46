import math

import numpy as np
import pytest
from scipy import stats

from bakeoff.statistics.contender import Contender
from bakeoff.statistics.pairwise import compare
from bakeoff.statistics.resampled_scores import resample
from bakeoff.statistics.significance import (
    difference_variance,
    holm,
    p_value,
    rows_to_separate,
)
from bakeoff.statistics.variance import NO_SEEDS, SeedVariance, Variance
from tests.support.predicted import candidate, classified, comparison_spec, right_on, valued

MANY = 20_000
"""Resamples, so that chance in them moves a variance by about one per cent."""


def compared(first, second, spec):
    pair = resample([candidate("a", first), candidate("b", second)], spec)
    return compare(*(Contender.of(each, spec) for each in pair), spec)


def test_holms_correction_matches_a_hand_calculation():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([0.02]) == [0.02]
    assert holm([]) == []


def test_holms_correction_over_more_tests_than_are_given_claims_no_more_than_over_all():
    all_of_them = holm([0.001, 0.002, 0.01, 0.04, 0.2])

    assert holm([0.001, 0.01, 0.2], 5) == pytest.approx([0.005, 0.04, 0.6])
    assert all(a >= b for a, b in zip([0.005, 0.04, 0.6], all_of_them[::2], strict=True))


def test_for_a_mean_over_rows_it_is_the_paired_t_test():
    chance = np.random.default_rng(3)
    truth = chance.normal(0, 1, 40)
    first, second = (truth + chance.normal(0, deviation, 40) for deviation in (1.0, 1.5))

    found = compared(
        valued(truth, first),
        valued(truth, second),
        comparison_spec("regression", "mae", resamples=MANY),
    )

    wanted = stats.ttest_rel(np.abs(first - truth), np.abs(second - truth))
    limits = wanted.confidence_interval(0.95)
    assert found.variance.degrees == 39
    assert found.p_value == pytest.approx(wanted.pvalue, rel=0.05)
    assert found.interval.low == pytest.approx(limits.low, rel=0.03)
    assert found.interval.high == pytest.approx(limits.high, rel=0.03)


def test_its_standard_error_is_scipys_bootstrap_of_the_paired_difference():
    chance = np.random.default_rng(5)
    truth = chance.integers(0, 2, 150)
    first, second = right_on(0.8, truth, chance), right_on(0.7, truth, chance)

    found = compared(first, second, comparison_spec(main_metric="f1", resamples=MANY))

    def difference(truth, first, second, axis=-1):
        return _f1(truth, first, axis) - _f1(truth, second, axis)

    wanted = stats.bootstrap(
        (truth, first.predicted, second.predicted),
        difference,
        paired=True,
        n_resamples=MANY,
        rng=np.random.default_rng(1),
    )
    error = wanted.standard_error * math.sqrt(150 / 149)
    assert found.variance.standard_error == pytest.approx(error, rel=0.03)


def _f1(truth, predicted, axis):
    right = (truth * predicted).sum(axis=axis)
    return 2 * right / (truth + predicted).sum(axis=axis)


@pytest.mark.parametrize(
    ("only_first", "only_second"), [(4, 0), (6, 0), (8, 2), (10, 2), (15, 5), (21, 9), (60, 40)]
)
def test_where_few_rows_differ_it_is_close_to_mcnemars_exact_test(only_first, only_second):
    truth = np.zeros(1000, int)
    first, second = truth.copy(), truth.copy()
    second[:only_first] = 1
    first[-only_second or 1000 :] = 1

    found = compared(
        classified(truth, first), classified(truth, second), comparison_spec(resamples=5000)
    )

    exact = stats.binomtest(only_first, only_first + only_second).pvalue
    assert found.mcnemar_p_value == pytest.approx(exact)
    assert found.p_value == pytest.approx(exact, abs=0.035)
    assert (found.p_value < 0.05) == (exact < 0.05) or abs(exact - 0.05) < 0.02


def test_interval_and_p_value_agree():
    chance = np.random.default_rng(0)
    truth = chance.integers(0, 2, 60)
    seen = set()
    for share in np.linspace(0.5, 0.95, 40):
        found = compared(
            right_on(0.8, truth, chance), right_on(share, truth, chance), comparison_spec()
        )
        holds_zero = found.interval.low <= 0 <= found.interval.high
        assert (found.p_value > 0.05) == holds_zero
        seen.add(holds_zero)
    assert seen == {True, False}


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 30])
def test_rows_that_all_differ_alike_prove_no_more_than_their_number(rows):
    truth = np.zeros(rows, int)

    found = compared(classified(truth, truth), classified(truth, truth + 1), comparison_spec())

    assert found.difference == 1
    assert found.p_value >= min(0.5, 0.5 ** (rows - 1)) * (1 - 1e-9)
    assert found.p_value < 0.05 or rows < 6
    assert -1 <= found.interval.low <= 1 <= found.interval.high


def test_no_difference_has_a_p_value_of_1():
    assert p_value(0.0, Variance(0.0, 9, [])) == 1.0
    assert p_value(0.0, Variance(0.1, 9, [])) == 1.0


def test_the_rows_to_separate_are_those_of_the_textbook():
    # 1000 rows, a difference of 0.01 and its standard error 0.01: (1.96 + 0.84)^2 times the rows.
    found = rows_to_separate(0.01, Variance(1e-4, 999, [NO_SEEDS] * 2), 1000, 0.05)

    wanted = 1000 * (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) ** 2
    assert found == pytest.approx(wanted, rel=0.001)


def test_at_the_rows_to_separate_8_of_10_tests_find_the_difference():
    seeds = [SeedVariance(1e-5, 1e-5, 5)] * 2
    variance = Variance(1e-4, 999, seeds)
    rows = rows_to_separate(0.02, variance, 1000, 0.05)
    there = variance.with_rows(rows / 1000)

    chance = np.random.default_rng(0)
    found = chance.normal(0.02, there.standard_error, 4000) / there.standard_error
    share = (np.abs(found) >= stats.t.isf(0.025, there.degrees)).mean()

    assert share == pytest.approx(0.8, abs=0.02)


def test_a_stricter_test_takes_more_rows():
    variance = Variance(1e-4, 999, [NO_SEEDS])

    assert rows_to_separate(0.01, variance, 1000, 0.01) > rows_to_separate(
        0.01, variance, 1000, 0.05
    )


def test_no_rows_separate_what_seeds_alone_blur_or_what_does_not_differ():
    blurred = Variance(1e-4, 999, [SeedVariance(1e-4, 1e-4, 3)] * 2)
    assert rows_to_separate(0.01, blurred, 1000, 0.05) is None
    assert rows_to_separate(0.0, Variance(1e-4, 999, []), 1000, 0.05) is None
    assert rows_to_separate(1e-9, Variance(1e-4, 999, []), 1000, 0.05) is None


def test_a_least_variance_is_no_obstacle_where_many_rows_differ():
    found = difference_variance(0.01, 1e-8, 5000, [])

    assert found.rows == 1e-8
    assert found.rows_degrees == 4999
