"""Kendall's tau."""

import numpy as np
import pytest
from scipy.stats import kendalltau

from bakeoff.statistics.kendall import kendalls_tau


@pytest.mark.parametrize("num_values", [2, 5, 40])
def test_it_is_that_of_scipy_with_ties_and_without(num_values):
    chance = np.random.default_rng(num_values)
    for _ in range(20):
        first, second = chance.random(num_values), chance.integers(0, 6, num_values)
        if len(set(second)) > 1:
            assert kendalls_tau(first, second) == pytest.approx(
                float(kendalltau(first, second).statistic)
            )


def test_same_and_opposite_orders_are_its_ends():
    assert kendalls_tau([1, 2, 3], [10, 20, 30]) == 1
    assert kendalls_tau([1, 2, 3], [3, 2, 1]) == -1


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0]])
def test_without_an_order_there_is_none(values):
    assert kendalls_tau(values, values) is None
