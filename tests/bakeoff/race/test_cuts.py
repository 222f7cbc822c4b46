import pytest

from bakeoff.race.cuts import (
    is_short_training_worth_it,
    most_ties,
    needs_screening,
    rungs_of,
    screening_places,
)


@pytest.mark.parametrize(
    ("models", "finalists", "places"), [(7, 3, 6), (18, 3, 6), (40, 3, 14), (3, 1, 2), (10, 4, 8)]
)
def test_screening_leaves_twice_the_finalists_or_a_third_of_many_models(models, finalists, places):
    assert needs_screening(models, finalists)
    assert screening_places(models, finalists) == places


def test_so_few_models_that_all_can_be_trained_are_not_screened():
    assert not needs_screening(6, 3)


@pytest.mark.parametrize(
    ("models", "finalists", "rates", "is_worth_it"),
    [(6, 2, 3, False), (7, 2, 3, True), (9, 3, 3, False), (40, 3, 1, True), (7, 3, 1, False)],
)
def test_a_short_training_screens_if_it_saves_more_trials_than_it_costs(
    models, finalists, rates, is_worth_it
):
    assert is_short_training_worth_it(models, finalists, rates) == is_worth_it


def test_each_rung_keeps_the_better_half_and_trains_twice_as_far():
    rungs = rungs_of(14, 3)

    assert [rung.places for rung in rungs] == [7, 4, 3]
    assert [rung.share for rung in rungs] == [1 / 8, 1 / 4, 1 / 2]


@pytest.mark.parametrize("entrants", [1, 2, 3])
def test_finalists_alone_need_no_rung(entrants):
    assert rungs_of(entrants, 3) == []


@pytest.mark.parametrize("finalists", [1, 2, 3, 10])
def test_rungs_lead_down_to_the_finalists_in_at_most_three_steps(finalists):
    for entrants in range(finalists + 1, 1001):
        rungs = rungs_of(entrants, finalists)
        places = [rung.places for rung in rungs]
        shares = [rung.share for rung in rungs]
        assert 1 <= len(rungs) <= 3
        assert places[-1] == finalists
        assert places == sorted(set(places), reverse=True)
        assert places[0] < entrants
        assert shares == sorted(set(shares))
        assert shares[-1] < 1


def test_half_as_many_as_have_places_may_go_on_with_scores_as_good():
    assert [most_ties(places) for places in (1, 2, 3, 7)] == [1, 1, 2, 4]
