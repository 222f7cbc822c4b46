"""What is compared where results, seeds or predictions are missing, and what is noted of it."""

from dataclasses import replace

from bakeoff.metrics import METRICS_OF
from bakeoff.statistics import Analysis, analyse
from tests.support.analysed import TRUTH, racer
from tests.support.predicted import candidate, comparison_spec


def test_candidates_without_a_result_are_passed_over():
    failed = candidate("failed")

    found = analyse([racer("a", 0.8), racer("b", 0.8), failed], comparison_spec())

    assert "failed" not in found.intervals
    assert found.is_tied("failed") is None
    assert not any("failed" in note for note in found.notes)
    assert analyse([failed], comparison_spec()) == Analysis()
    assert analyse([], comparison_spec()) == Analysis()


def test_a_single_candidate_has_intervals_and_is_the_best():
    found = analyse([racer("a", 0.8)], comparison_spec())

    assert found.tied == ["a"]
    assert found.pairs == []
    assert not found.is_test_too_small
    assert set(found.intervals["a"]) == set(METRICS_OF["binary"])


def test_unreadable_predictions_are_noted():
    unread = candidate("lost", num_unread=2)

    found = analyse([racer("a", 0.8), unread], comparison_spec())

    assert "lost" not in found.intervals
    assert any("The predictions of lost could not be read" in note for note in found.notes)
    assert not found.is_test_too_small


def test_nothing_is_compared_with_a_best_whose_predictions_are_unreadable():
    best = candidate("best", num_unread=1)

    found = analyse([best, racer("a", 0.9), racer("b", 0.6)], comparison_spec())

    assert found.best == "best"
    assert found.tied == ["best"]
    assert found.versus_best == {}
    assert found.is_tied("a") is None
    assert [(pair.first, pair.second) for pair in found.pairs] == [("a", "b")]
    assert analyse([best], comparison_spec()).tied == ["best"]


def test_jobs_on_other_test_rows_are_left_out_and_noted():
    truth = TRUTH.copy()
    truth[0] = 1 - truth[0]
    other_labels, fewer = racer("b", 0.8, truth=truth), racer("c", 0.8, truth=TRUTH[:200])
    mixed = racer("d", 0.8)
    mixed = replace(mixed, jobs=[*mixed.jobs, *fewer.jobs], name="Dora")

    found = analyse([racer("a", 0.85), other_labels, fewer, mixed], comparison_spec())

    assert set(found.intervals) == {"a", "d"}
    assert any("3 of 6 jobs of Dora" in note for note in found.notes)
    assert sum("are for other test rows" in note for note in found.notes) == 3


def test_a_candidate_that_lost_seeds_may_be_better_than_the_best_and_is_not_tied_then():
    found = analyse([racer("a", 0.7), racer("partial", 0.95, seeds=(1, 2))], comparison_spec())

    assert found.versus_best["partial"].difference > 0
    assert found.versus_best["partial"].p_value < 0.05
    assert found.is_tied("partial") is False
    assert not found.is_test_too_small


def test_a_note_says_that_one_seed_does_not_cover_the_luck_of_training():
    one_seed = [racer("a", 0.8, seeds=(1,)), racer("b", 0.8, seeds=(1,))]
    baseline = racer("base", 0.6, seeds=(1,), method="tfidf")

    (note,) = [n for n in analyse(one_seed, comparison_spec()).notes if "luck" in n]
    assert note.startswith("Every candidate with random training")

    named = replace(one_seed[1], name="Bert")
    found = analyse([racer("a", 0.8), named, baseline], comparison_spec())
    assert any(note.startswith("Only one seed was trained for Bert,") for note in found.notes)

    found = analyse([racer("a", 0.8), baseline], comparison_spec())
    assert not any(
        "do not cover the luck of training" in note and "seed was" in note for note in found.notes
    )
