"""A candidate's expected part in a race, as chances and shares of a training."""

import pytest

from bakeoff.cost.expected_race import Part, expected_part, racers_of
from tests.support.run_samples import resolved_with


def parts(**changes):
    resolved = resolved_with(**changes)
    candidates = resolved.possible_candidates
    racers = racers_of(candidates)
    return [expected_part(resolved, each, racers) for each in candidates]


def test_a_finalist_trains_every_seed_and_tries_its_rates_once():
    (part,) = parts(models=["m"], seeds=3, tune={"learning_rate": 3})

    assert part == Part(jobs=3, trainings=3 + 2 / 4, tests=3)


def test_a_given_rate_and_a_method_without_one_are_not_tried():
    own = {"id": "n", "hyperparameters": {"learning_rate": 1e-5}}
    frozen = {"id": "n", "method": "frozen"}

    assert parts(models=[own, frozen], seeds=2) == [
        Part(jobs=2, trainings=2, tests=2),
        Part(jobs=1, trainings=1, tests=1),
    ]


def test_in_a_race_with_one_rung_half_of_the_models_train_on():
    models = {"include": [f"m{n}" for n in range(6)], "finalists": 3}

    found = parts(models=models, tune={"learning_rate": 3})

    # Three rates for an eighth of the steps, then one chance in two of the other seven eighths.
    assert found == [Part(jobs=1.5, trainings=3 / 8 + 7 / 16, tests=0.5)] * 6


def test_together_the_parts_of_all_models_are_the_races_trainings():
    models = {"search": {"limit": 18}, "finalists": 3}

    found = parts(models=models, tune={"learning_rate": 1}, seeds=2)

    assert sum(part.tests for part in found) == pytest.approx(3 * 2)
    assert sum(part.screenings for part in found) == 18
    # Six of them train an eighth, three the rest of the first seed, and three the second seed.
    assert sum(part.trainings for part in found) == pytest.approx(6 / 8 + 3 * 7 / 8 + 3)


def test_a_part_can_stand_for_several_models():
    assert Part(jobs=0.5, trainings=0.25, tests=0.1).times(10) == Part(5.0, 0.0, 2.5, 1.0)
