"""The learning curve: the best two train on parts of the rows once the final is over."""

from dataclasses import replace

import pytest

from bakeoff.race.curve_parts import part_rows
from bakeoff.race.next_wave import next_wave
from tests.bakeoff.race.races import RATES, broken, race_with, run_race, trained


def wanted(num_models=3, **changes):
    return race_with(num_models, finalists=None, curve_parts=part_rows(1000), **changes)


def scored(**scores):
    """Every job completes; models have these scores on validation, and 0.5 otherwise."""

    def results(wave):
        return [
            trained(
                each.candidate, each.seed, scores.get(each.candidate[:-2], 0.5), stage=wave.stage
            )
            for each in wave.trainings
        ]

    return results


def curve_of(race, results):
    *_, last = run_race(race, results)
    assert last.wave.stage == "curve"
    return last.wave


def test_the_best_two_on_validation_train_on_a_quarter_and_a_half_of_the_rows():
    wave = curve_of(wanted(), scored(m0=0.6, m1=0.9, m2=0.8))

    assert [(each.candidate, each.train_percent) for each in wave.trainings] == [
        ("m1-0", 25),
        ("m1-0", 50),
        ("m2-0", 25),
        ("m2-0", 50),
    ]
    assert [each.part.num_train_rows for each in wave.trainings] == [250, 500] * 2
    assert {each.part.stage for each in wave.trainings} == {"curve"}
    assert wave.is_last


def test_it_trains_the_first_seed_alone_with_the_rate_that_was_chosen():
    wave = curve_of(wanted(), scored(m0=0.9))

    assert {each.seed for each in wave.trainings} == {1}
    assert {tuple(each.part.learning_rates) for each in wave.trainings} == {(RATES[1],)}
    assert {each.part.stop_share for each in wave.trainings} == {1.0}


def test_where_lower_is_better_the_lowest_are_the_best():
    wave = curve_of(wanted(higher_is_better=False), scored(m0=0.6, m1=0.2, m2=0.4))

    assert [each.candidate for each in wave.trainings[::2]] == ["m1-0", "m2-0"]


def test_seeds_count_by_their_mean():
    def results(wave):
        scores = {("m0-0", 1): 0.99, ("m0-0", 2): 0.1, ("m0-0", 3): 0.1}
        return [
            trained(
                each.candidate,
                each.seed,
                scores.get((each.candidate, each.seed), 0.5),
                stage=wave.stage,
            )
            for each in wave.trainings
        ]

    wave = curve_of(wanted(), results)

    assert [each.candidate for each in wave.trainings[::2]] == ["m1-0", "m2-0"]


def test_what_learns_nothing_from_rows_and_what_failed_has_no_curve():
    race = wanted(4)
    runners = [
        replace(each, learns_from_rows=each.candidate not in ("m0-0", "b-0"))
        for each in race.runners
    ]

    def results(wave):
        return [
            broken(each.candidate, each.seed, stage=wave.stage)
            if each.candidate == "m1-0"
            else trained(each.candidate, each.seed, 0.5, stage=wave.stage)
            for each in wave.trainings
        ]

    wave = curve_of(replace(race, runners=runners), results)

    assert [each.candidate for each in wave.trainings[::2]] == ["m2-0", "m3-0"]


def test_a_baseline_that_is_among_the_best_has_a_curve():
    wave = curve_of(wanted(), scored(b=0.9))

    assert wave.trainings[0].candidate == "b-0"


@pytest.mark.parametrize("rates", [RATES, RATES[:1]])
def test_the_final_is_not_the_last_wave_before_a_curve(rates):
    *finals, curve = run_race(wanted(rates=rates), scored(m0=0.9))

    assert {each.wave.stage for each in finals} == {"final"}
    assert not any(each.wave.is_last for each in finals)
    assert curve.wave.number == len(finals) + 1


def test_nothing_follows_where_every_candidate_failed():
    def results(wave):
        return [broken(each.candidate, each.seed, stage=wave.stage) for each in wave.trainings]

    past = run_race(wanted(), results)

    assert [each.wave.stage for each in past] == ["final"]
    assert next_wave(wanted(), past) is None


def test_a_race_without_a_learning_curve_ends_with_the_final():
    past = run_race(race_with(2, finalists=None), scored(m0=0.9))

    assert {each.wave.stage for each in past} == {"final"}


def test_parts_of_too_few_rows_are_not_trained():
    assert part_rows(199) == {25: 50, 50: 100}
    assert part_rows(197) == {}
