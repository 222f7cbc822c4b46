import random
from collections import Counter

import pytest

from bakeoff.race.cuts import most_ties
from bakeoff.race.next_wave import next_wave, outcome_of
from bakeoff.race.past_wave import PastWave
from bakeoff.race.stage_bounds import stage_bounds
from tests.bakeoff.race.races import (
    RATES,
    broken,
    race_with,
    random_results,
    run_race,
    screened,
    trained,
)


def stages(past):
    return [each.wave.stage for each in past]


def all_well(wave):
    """Every job completes; the models are the better the earlier they are in the request."""
    trainings = [
        trained(each.candidate, each.seed, -int(each.candidate[1:-2] or 0))
        if each.candidate != "b-0"
        else trained("b-0", each.seed)
        for each in wave.trainings
    ]
    shards = [
        screened(number, {each: -int(each[1:-2]) for each in shard})
        for number, shard in enumerate(wave.shards, start=1)
    ]
    return trainings + shards


def test_a_list_of_models_with_given_rates_is_one_wave_of_all_seeds():
    (only,) = run_race(race_with(4, finalists=None, rates=(2e-5,)), all_well)

    assert only.wave.is_last
    assert [(each.candidate, each.seed) for each in only.wave.trainings] == [
        *((f"m{number}-0", seed) for number in range(4) for seed in (1, 2, 3)),
        ("b-0", 1),
    ]


def test_with_one_seed_the_job_that_tries_the_rates_is_the_only_one():
    (only,) = run_race(race_with(2, finalists=None, seeds=(7,)), all_well)

    first, *_ = only.wave.trainings
    assert only.wave.is_last
    assert (list(first.part.learning_rates), first.part.stop_share) == (list(RATES), 1.0)
    assert first.part.trial_share < 1


def test_the_other_seeds_follow_with_the_rate_that_the_first_one_chose():
    first, others = run_race(race_with(2, finalists=None), all_well)

    assert [each.seed for each in first.wave.trainings] == [1, 1, 1]
    assert [each.seed for each in others.wave.trainings] == [2, 3, 2, 3]
    assert {tuple(each.part.learning_rates) for each in others.wave.trainings} == {(RATES[1],)}


def test_where_the_first_seed_failed_the_others_have_no_rate_and_are_not_trained():
    def first_model_fails(wave):
        return [
            broken(each.candidate, each.seed)
            if each.candidate == "m0-0"
            else trained(each.candidate, each.seed)
            for each in wave.trainings
        ]

    _, others = run_race(race_with(2, finalists=None), first_model_fails)

    assert {each.candidate for each in others.wave.trainings} == {"m1-0"}


def test_many_models_are_screened_then_halved_and_the_finalists_get_all_seeds():
    past = run_race(race_with(20, finalists=3), all_well)

    assert stages(past) == ["screening", "rung", "rung", "final"]
    screening, first, second, final = past
    assert [len(shard) for shard in screening.wave.shards] == [7, 7, 6]
    assert [len(each.wave.trainings) for each in (first, second)] == [7, 4]
    assert [
        each.part.stop_share for each in (first.wave.trainings[0], second.wave.trainings[0])
    ] == [
        1 / 8,
        1 / 4,
    ]
    assert {each.part.trial_share for each in second.wave.trainings} == {1 / 8}
    assert Counter(each.candidate for each in final.wave.trainings) == {
        "m0-0": 3,
        "m1-0": 3,
        "m2-0": 3,
        "b-0": 1,
    }
    assert final.wave.is_last


def test_the_finals_first_seed_goes_on_from_the_rungs_with_the_same_rates():
    *_, final = run_race(race_with(4, finalists=3), all_well)

    first, second, *_ = final.wave.trainings
    assert (list(first.part.learning_rates), first.part.trial_share) == (list(RATES), 1 / 8)
    assert list(second.part.learning_rates) == [RATES[1]]


def test_a_short_training_screens_only_where_it_saves_more_than_it_costs():
    six, seven = (
        run_race(race_with(num_models, finalists=2, screening="short_training"), all_well)
        for num_models in (6, 7)
    )

    assert stages(six) == ["rung", "rung", "final"]
    assert len(six[0].wave.trainings) == 6
    assert stages(seven)[0] == "screening"


def test_as_many_models_as_finalists_are_a_final():
    assert stages(run_race(race_with(3, finalists=3), all_well)) == ["final", "final"]


def test_a_rung_that_would_drop_no_one_is_left_out():
    def most_fail(wave):
        fail = {f"m{number}-0" for number in range(3, 20)} if wave.stage == "rung" else set()
        return [
            broken(result.candidate, result.seed) if result.candidate in fail else result
            for result in all_well(wave)
        ]

    past = run_race(race_with(20, finalists=3), most_fail)

    assert stages(past) == ["screening", "rung", "final"]


def test_if_every_model_fails_the_baselines_are_still_trained():
    def only_baselines(wave):
        return [
            (trained if each.candidate == "b-0" else broken)(each.candidate, each.seed)
            for each in wave.trainings
        ]

    *_, last = run_race(race_with(5, finalists=2), only_baselines)

    assert [each.candidate for each in last.wave.trainings] == ["b-0"]


def test_nothing_to_train_is_no_wave():
    race = race_with(0)
    assert next_wave(type(race)([], "f1", True), []) is None


@pytest.mark.parametrize("case", range(200))
def test_whatever_fails_no_place_stays_empty_and_no_bound_is_broken(case):
    chance = random.Random(case)
    num_models, finalists = chance.randint(0, 60), chance.randint(1, 5)
    included = chance.sample(range(num_models), min(num_models, chance.randint(0, 2)))
    race = race_with(
        num_models,
        finalists,
        seeds=(1, 2)[: chance.randint(1, 2)],
        included=included,
        screening=chance.choice(["features", "short_training"]),
    )
    past = run_race(race, random_results(chance, failing=chance.choice([0.0, 0.2, 0.9])))

    for each in past:
        if each.outcome is None:
            continue
        entered = [training.candidate for training in each.wave.trainings] or [
            candidate for shard in each.wave.shards for candidate in shard
        ]
        assert Counter(entrant.candidate for entrant in each.outcome.entrants) == Counter(entered)
        kept = [entrant for entrant in each.outcome.entrants if entrant.is_kept]
        usable = [entrant for entrant in each.outcome.entrants if entrant.score is not None]
        assert len(kept) >= min(each.outcome.places, len(usable))
        most = 1 + len(included) if each.wave.stage == "screening" else most_ties(each.wave.places)
        assert len(kept) <= each.outcome.places + most
        assert all(entrant.is_kept or entrant.reason for entrant in each.outcome.entrants)
    bounds = stage_bounds(
        {"full": num_models, "tfidf": 1},
        finalists=finalists,
        num_included=len(included),
        num_seeds=len(race.runners[0].seeds),
    )
    planned = Counter(each.wave.stage for each in past for _ in jobs_of(each))
    allowed = Counter()
    for bound in bounds:
        allowed[bound.stage] += bound.model_jobs + bound.baseline_jobs
    assert all(planned[stage] <= allowed[stage] for stage in planned)


def jobs_of(past_wave):
    return [*past_wave.wave.trainings, *past_wave.wave.shards]


@pytest.mark.parametrize("case", range(20))
def test_the_order_of_the_results_changes_nothing(case):
    race = race_with(30)
    orders = [random.Random(case), random.Random(case)]
    one, other = (run_race(race, random_results(chance)) for chance in orders)
    shuffled = [
        PastWave(each.wave, each.results[::-1], outcome_of(race, each.wave, each.results[::-1]))
        for each in other
    ]

    assert [each.outcome for each in one] == [each.outcome for each in shuffled]
    assert [each.wave for each in one] == [each.wave for each in other]
