from bakeoff.jobs.screening_scores import ScreeningScore
from bakeoff.jobs.wave import Training, Wave
from bakeoff.race.after_rung import after_rung
from bakeoff.race.after_screening import after_screening
from bakeoff.race.race import Race, Runner
from tests.bakeoff.race.races import broken, race_with, screened, trained


def rung(num, places, share=0.25):
    trainings = [Training(f"m{number}-0", 1, rung=1) for number in range(num)]
    return Wave(1, "rung", trainings, places=places, share=share)


def kept(outcome):
    return [entrant.candidate for entrant in outcome.entrants if entrant.is_kept]


def after(scores, places, errors=(), **changes):
    """The outcome of a rung with these scores, of m0, m1 and so on."""
    results = [
        broken(f"m{number}-0", 1)
        if score is None
        else trained(f"m{number}-0", 1, score, error=errors[number] if errors else 0.0)
        for number, score in enumerate(scores)
    ]
    return after_rung(race_with(len(scores), **changes), rung(len(scores), places), results)


def test_the_best_on_validation_go_on_from_a_rung():
    outcome = after([0.1, 0.9, 0.5, 0.7], places=2)

    assert kept(outcome) == ["m1-0", "m3-0"]
    assert [entrant.score for entrant in outcome.entrants] == [0.9, 0.7, 0.5, 0.1]
    assert outcome.entrants[2].reason == "It came in place 3 of this rung, from which 2 go on."


def test_of_errors_the_lowest_go_on():
    assert kept(after([0.1, 0.9, 0.5], places=1, higher_is_better=False)) == ["m0-0"]


def test_a_score_within_a_standard_error_of_the_last_place_goes_on_beside_it():
    outcome = after([0.9, 0.8, 0.79, 0.7], places=2, errors=[0, 0, 0.02, 0.02])

    assert kept(outcome) == ["m0-0", "m1-0", "m2-0"]
    assert "within one standard error" in outcome.entrants[2].reason


def test_there_is_room_for_half_as_many_ties_as_places():
    assert len(kept(after([0.5] * 9, places=3))) == 5


def test_a_job_that_failed_ends_its_candidate_with_its_reason():
    outcome = after([None, 0.2], places=2)

    assert kept(outcome) == ["m1-0"]
    assert outcome.entrants[-1].reason == "Its memory ran out."


def test_a_score_that_is_no_number_ends_the_candidate():
    results = [trained("m0-0", 1, None), trained("m1-0", 1, 0.5)]
    outcome = after_rung(race_with(2), rung(2, places=2), results)

    assert kept(outcome) == ["m1-0"]
    assert "not a finite number" in outcome.entrants[-1].reason


def screening(*shards, places):
    return Wave(1, "screening", shards=shards, places=places)


def sized(**sizes):
    runners = [Runner(name, True, (1,), (1e-5,), size) for name, size in sizes.items()]
    return Race(runners, "f1", True, finalists=1)


def test_the_best_ranks_and_the_largest_model_go_on_from_the_screening():
    race = sized(a=10, b=20, c=90, d=30)
    results = [screened(1, {"a": 0.1, "b": 0.9}), screened(2, {"c": 0.2, "d": 0.8})]
    outcome = after_screening(race, screening(("a", "b"), ("c", "d"), places=2), results)

    assert [entrant.candidate for entrant in outcome.entrants] == ["b", "d", "c", "a"]
    assert kept(outcome) == ["b", "d", "c"]
    assert "largest" in outcome.entrants[2].reason
    assert [entrant.score for entrant in outcome.entrants] == [1, 2, 3, 4]


def test_what_the_request_includes_goes_on_whatever_its_score():
    race = race_with(3, included=(2,))
    names = [runner.candidate for runner in race.racers]
    results = [screened(1, dict(zip(names, (0.9, 0.5, 0.1), strict=True)))]
    outcome = after_screening(race, screening(names, places=1), results)

    assert kept(outcome) == ["m0-0", "m2-0"]
    assert "includes it" in outcome.entrants[2].reason


def test_a_model_that_cannot_be_screened_ends_with_its_reason():
    race = sized(a=10, b=90)
    outcome = after_screening(
        race, screening(("a", "b"), places=2), [screened(1, {"a": 0.5, "b": None})]
    )

    assert kept(outcome) == ["a"]
    assert outcome.entrants[-1].reason == "It has no tokeniser."


def test_a_model_scored_without_a_number_ends_with_a_reason_and_is_not_lost():
    race = sized(a=90, b=10)
    empty = [ScreeningScore(candidate=name, status="scored") for name in "ab"]
    result = screened(1, {}, screening=empty)
    outcome = after_screening(race, screening(("a", "b"), places=1), [result])

    assert [entrant.candidate for entrant in outcome.entrants] == ["a", "b"]
    assert kept(outcome) == []
    assert all("no finite score" in entrant.reason for entrant in outcome.entrants)


def test_models_of_a_screening_job_that_failed_take_the_places_that_are_left():
    race = sized(a=90, b=10, c=10, d=10)
    lost = screened(2, {}, status="failed", reason="Its disk is full.", screening=[])
    outcome = after_screening(
        race,
        screening(("a",), ("b", "c", "d"), places=3),
        [lost, screened(1, {"a": 0.5})],
    )

    assert kept(outcome) == ["a", "b", "c"]
    assert outcome.entrants[1].reason.startswith("Its screening job failed: Its disk is full.")
    assert outcome.entrants[1].reason.endswith("places were left.")
    assert outcome.entrants[3].reason.endswith("No place was left for it.")
