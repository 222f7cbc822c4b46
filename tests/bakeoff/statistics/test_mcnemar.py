import numpy as np
import pytest
from scipy import stats

from bakeoff.statistics import JobPredictions
from bakeoff.statistics.mcnemar import (
    RightAnswers,
    combined,
    exact_p_values,
    is_right,
    mcnemar_p_value,
)
from tests.support.predicted import candidate, classified

TRUTH = np.zeros(20, int)


def wrong_on(*rows, seed=0):
    predicted = TRUTH.copy()
    predicted[list(rows)] = 1
    return classified(TRUTH, predicted, seed)


def p_value(first, second):
    return mcnemar_p_value(RightAnswers.of(first), RightAnswers.of(second))


def test_it_is_the_binomial_test_of_the_rows_that_one_alone_has_right():
    pairs = np.array([(a, b) for a in range(12) for b in range(12)])

    found = exact_p_values(pairs[:, 0], pairs[:, 1])

    wanted = [stats.binomtest(a, a + b).pvalue if a + b else 1.0 for a, b in pairs.tolist()]
    assert found == pytest.approx(wanted)


def test_the_p_value_matches_a_hand_calculation():
    # One is wrong on five rows that the other has right: 2 * 0.5^5.
    first, second = candidate("a", wrong_on()), candidate("b", wrong_on(*range(5)))

    assert p_value(first, second) == pytest.approx(0.0625)


def test_seeds_are_paired_with_their_like_and_combined_into_twice_the_median():
    first = candidate("a", *(wrong_on(seed=seed) for seed in (1, 2, 3)))
    second = candidate("b", *(wrong_on(*range(n), seed=n) for n in (3, 2, 1)))

    found = p_value(first, second)

    alone = [2 * 0.5**n if n > 1 else 1.0 for n in (1, 2, 3)]
    assert found == min(1.0, 2 * np.median(alone))


def test_a_candidate_that_ran_once_is_paired_with_every_seed():
    once = candidate("a", wrong_on(seed=7))
    several = candidate("b", *(wrong_on(*range(8), seed=seed) for seed in (1, 2, 3)))

    assert p_value(once, several) == pytest.approx(2 * 2 * 0.5**8)


def test_without_a_common_seed_they_are_paired_in_their_order():
    first = candidate("a", wrong_on(seed=1), wrong_on(seed=2))
    second = candidate("b", wrong_on(*range(6), seed=3), wrong_on(*range(6), seed=4))

    assert p_value(first, second) == pytest.approx(2 * 2 * 0.5**6)


def test_several_labels_are_right_if_all_are():
    truth = np.array([[True, False], [True, True]])
    predicted = np.array([[True, False], [True, False]])
    job = JobPredictions(0, np.arange(2), truth, predicted, np.zeros(2), np.ones(2))

    assert is_right(job).tolist() == [True, False]


def test_one_p_value_is_left_as_it_is():
    assert combined(np.array([0.03])) == 0.03
    assert combined(np.array([0.01, 0.9, 0.02])) == 0.04
    assert combined(np.array([0.6, 0.9])) == 1.0
