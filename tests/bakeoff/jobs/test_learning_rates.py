"""The learning rates that a candidate tries."""

from itertools import pairwise

import pytest

from bakeoff.jobs.learning_rates import centre_of, learning_rates_of, middle_of, rates_around
from bakeoff.request.tune import Tune
from tests.support.run_samples import resolved_with


def rates_of(encoder_parameters=66_000_000, tune=3, **changes):
    (candidate,) = resolved_with(**{"models": ["m"]} | changes).candidates
    return learning_rates_of(candidate, Tune(learning_rate=tune), encoder_parameters)


def test_a_candidate_tries_a_third_of_its_centre_the_centre_and_three_times_as_much():
    assert rates_of() == [1.7e-5, 5e-5, 1.5e-4]


@pytest.mark.parametrize(
    ("parameters", "full", "lora"),
    [
        (400_000, 5e-4, 5e-3),
        (10_600_000, 1.5e-4, 1.5e-3),
        (85_000_000, 5e-5, 5e-4),
        (302_000_000, 1.5e-5, 1.5e-4),
        (1_200_000_000, 5e-6, 5e-5),
        (None, 5e-5, 5e-4),
    ],
)
def test_the_centre_falls_with_size_and_is_ten_times_as_high_for_adapters(parameters, full, lora):
    assert (centre_of("full", parameters), centre_of("lora", parameters)) == (full, lora)


def test_the_request_may_give_the_rates_in_any_order():
    assert rates_of(tune=[1e-3, 1e-5, 1e-4]) == [1e-5, 1e-4, 1e-3]


def test_a_given_rate_is_used_without_trials():
    own = {"id": "m", "hyperparameters": {"learning_rate": 2e-5}}

    assert rates_of(hyperparameters={"learning_rate": 3e-5}, tune=1) == [3e-5]
    assert rates_of(models=[own], tune=8) == [2e-5]


def test_methods_without_a_learning_rate_try_nothing():
    assert len(rates_of(models=[{"id": "m", "method": "frozen"}])) == 1


@pytest.mark.parametrize("count", range(1, 9))
def test_rates_ascend_in_equal_steps_with_the_centre_in_the_middle(count):
    rates = rates_around(5e-5, count)

    assert len(rates) == count
    assert middle_of(rates) == 5e-5
    steps = [later / earlier for earlier, later in pairwise(rates)]
    assert all(1.5 < step < 3.2 for step in steps)
    assert max(steps, default=1) / min(steps, default=1) < 1.15


def test_few_rates_reach_up_before_down_and_many_lie_closer_together():
    assert rates_around(5e-5, 2) == [5e-5, 1.5e-4]
    assert rates_around(5e-5, 5) == [5.6e-6, 1.7e-5, 5e-5, 1.5e-4, 4.5e-4]
    assert rates_around(5e-5, 8)[-1] < 9.1 * 7e-5
