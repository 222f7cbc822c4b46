import math
from itertools import pairwise
from random import Random

import pytest

from bakeoff.report import numbers
from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.ticks import (
    linear_labels,
    linear_places,
    linear_ticks,
    log_places,
    logarithmic_ticks,
    that_fit,
)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.777, 0.819, ["0.78", "0.79", "0.80", "0.81"]),
        (0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-0.011, 0.011, ["−0.010", "−0.005", "0.000", "0.005", "0.010"]),
        (0.9, 4.1, ["1", "2", "3", "4"]),
        (0.1, 0.3, ["0.10", "0.15", "0.20", "0.25", "0.30"]),
        (-2.1e-5, 2.1e-5, ["−2e−05", "−1e−05", "0", "1e−05", "2e−05"]),
        (1.0e6, 3.1e6, ["1e+06", "1.5e+06", "2e+06", "2.5e+06", "3e+06"]),
    ],
)
def test_ticks_are_round_and_have_the_decimals_that_they_need(low, high, labels):
    assert linear_labels(linear_places(low, high, 6)) == labels


@pytest.mark.parametrize("most", [1, 2, 4, 7])
def test_there_are_at_most_as_many_ticks_as_asked_for_and_all_are_within_the_bounds(most):
    random = Random(1)
    for _ in range(300):
        low = random.uniform(-1, 1) * 10 ** random.randint(-6, 6)
        high = low + random.uniform(0.1, 10) * 10 ** random.randint(-6, 6)
        places = linear_places(low, high, most)
        assert len(places) <= most
        slack = 1e-8 * (high - low) + 1e-12
        assert all(low - slack <= place <= high + slack for place in places)
        steps = [after - before for before, after in pairwise(places)]
        assert all(math.isclose(step, steps[0], rel_tol=0.01) for step in steps)
        # The next nicer step, at most 2.5 times finer, would give too many.
        assert len(places) >= most // 2.5 - 1


def test_epochs_are_whole_numbers():
    assert linear_places(0.94, 2.06, 5, whole_numbers=True) == [1, 2]
    assert linear_places(0.5, 10.5, 5, whole_numbers=True) == [2, 4, 6, 8, 10]


@pytest.mark.parametrize(
    ("low", "high", "places"),
    [(0.4, 3, [0.5, 1, 2]), (0.5, 90, [1, 3, 10, 30]), (1, 1e9, [1, 1e3, 1e6, 1e9])],
)
def test_logarithmic_ticks_are_few_and_round(low, high, places):
    assert log_places(low, high, 4) == pytest.approx(places)


def test_labels_below_an_axis_do_not_touch():
    wide = Scale((0.0, 1.0), 0, 400)
    narrow = Scale((0.0, 1.0), 0, 60)
    assert len(that_fit(wide, 7, lambda most: linear_ticks(wide, most))) == 6
    assert [label for _, label in that_fit(narrow, 7, lambda most: linear_ticks(narrow, most))] == [
        "0.0",
        "0.5",
        "1.0",
    ]


def test_an_axis_too_short_for_two_labels_has_one_at_most():
    tiny = Scale((0.0, 1.0), 0, 10)
    assert len(that_fit(tiny, 7, lambda most: linear_ticks(tiny, most))) <= 1


def test_a_decade_of_costs_has_several_ticks():
    scale = Scale((0.002, 0.02), 40, 321, is_logarithmic=True)

    def label(cost: float) -> str:
        return numbers.trimmed(numbers.usd(cost))

    ticks = that_fit(scale, 6, lambda most: logarithmic_ticks(scale, most, label))
    assert [label for _, label in ticks] == ["$0.002", "$0.005", "$0.01", "$0.02"]


def test_a_label_that_would_reach_far_beyond_the_axis_is_left_out():
    scale = Scale((0.0, 1.0), 100, 300)
    ticks = [(0.0, "0"), (0.5, "half"), (1.0, "a label of many words")]
    assert that_fit(scale, 3, lambda most: ticks) == ticks[:2]
