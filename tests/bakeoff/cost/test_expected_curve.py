"""What a learning curve adds to the expected work."""

import pytest

from bakeoff.cost.expected_curve import curve_part
from bakeoff.cost.expected_race import Part
from bakeoff.prepared.manifest import Rows
from tests.support.run_samples import resolved_with

MANY = Rows(train=200_000, validation=1000, test=1000)
FEW = Rows(train=10_000, validation=1000, test=1000)
MODELS = ["a", "b", "c", {"id": "z", "method": "zeroshot"}]


def part_of(rows, place=0, **changes):
    resolved = resolved_with(**({"models": MODELS, "learning_curve": True} | changes))
    return curve_part(resolved, resolved.candidates[place], rows)


def test_two_of_three_that_learn_train_on_both_parts():
    part = part_of(MANY)

    assert part.jobs == pytest.approx(2 * 2 / 3)
    assert part.tests == part.jobs
    # Of many rows all take the fewest epochs.
    assert part.trainings == pytest.approx(0.75 * 2 / 3)


def test_fewer_rows_take_more_epochs():
    part = part_of(FEW, hyperparameters={"epochs": "auto"})

    # 2 epochs of all, 4 of a half, 8 of a quarter: each takes as many steps.
    assert part.trainings == pytest.approx(2 * 2 / 3)


def test_what_learns_nothing_from_rows_has_no_part():
    assert part_of(MANY, place=3) == Part()


def test_without_a_curve_or_enough_rows_there_is_none():
    assert part_of(MANY, learning_curve=False) == Part()
    assert part_of(Rows(train=100, validation=10, test=10)) == Part()


def test_before_the_rows_are_known_the_parts_are_taken_as_they_are():
    assert part_of(None).trainings == pytest.approx(0.75 * 2 / 3)
