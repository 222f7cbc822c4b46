import json
import math
import weakref
from dataclasses import asdict, replace

import numpy as np
import pytest
from pydantic import TypeAdapter
from threadpoolctl import threadpool_limits

from bakeoff.metrics import METRICS_OF
from bakeoff.statistics import Analysis, analyse, reduce_predictions, scored_candidates
from tests.support.predicted import (
    candidate,
    classified,
    comparison_spec,
    raw_predictions,
    right_on,
    valued,
)

TRUTH = np.random.default_rng(0).integers(0, 2, 300)


def racer(name, share, seeds=(1, 2, 3), method="full", truth=TRUTH, **more):
    """Right on this share of the rows; each seed on rows of its own."""
    jobs = [
        right_on(share, truth, np.random.default_rng([seed, *name.encode()]), seed)
        for seed in seeds
    ]
    return candidate(name, *jobs, method=method, **more)


def numbers(value):
    """All of them, wherever they are in it."""
    if isinstance(value, dict):
        return [number for each in value.values() for number in numbers(each)]
    if isinstance(value, list):
        return [number for each in value for number in numbers(each)]
    return [value] if isinstance(value, float) else []


def as_json(analysis):
    return json.loads(TypeAdapter(Analysis).dump_json(analysis))


def assert_sound(analysis):
    """JSON has no NaN, and shares have ends."""
    found = numbers(TypeAdapter(Analysis).dump_python(analysis))
    assert all(math.isfinite(number) for number in found)
    for pair in [*analysis.pairs, *analysis.versus_best.values()]:
        assert 0 <= pair.p_value <= pair.p_value_adjusted <= 1
        assert pair.interval.low <= pair.difference <= pair.interval.high


def test_a_copy_is_tied_and_one_that_is_far_worse_is_not():
    best = racer("a", 0.85)
    copy = replace(best, candidate="copy")

    found = analyse([best, copy, racer("bad", 0.6)], comparison_spec())

    assert found.best == "a"
    assert found.tied == ["a", "copy"]
    assert [found.is_tied(name) for name in ("a", "copy", "bad")] == [True, True, False]
    same = found.versus_best["copy"]
    assert (same.difference, same.p_value, same.p_value_adjusted) == (0.0, 1.0, 1.0)
    # Its seeds might have come out otherwise.
    assert same.interval.low < 0 < same.interval.high
    assert found.is_test_too_small
    assert found.rows_to_separate is None
    assert_sound(found)


def test_a_copy_of_a_deterministic_candidate_does_not_differ_at_all():
    best = racer("a", 0.85, seeds=(1,))

    same = analyse([best, replace(best, candidate="copy")], comparison_spec()).versus_best["copy"]

    assert (same.difference, same.p_value) == (0.0, 1.0)
    assert (same.interval.low, same.interval.high) == (0.0, 0.0)


def test_the_difference_to_the_best_is_the_candidates_less_the_bests():
    found = analyse([racer("a", 0.9), racer("bad", 0.6)], comparison_spec())

    versus, (pair,) = found.versus_best["bad"], found.pairs
    assert versus.difference < 0
    assert (pair.first, pair.second) == ("a", "bad")
    assert pair.difference == -versus.difference
    assert pair.interval.low == -versus.interval.high
    assert pair.p_value == versus.p_value < 0.01
    assert not found.is_test_too_small


def test_lower_errors_are_better():
    chance = np.random.default_rng(0)
    truth = chance.normal(0, 1, 200)
    good, bad = (
        candidate(
            name, *(valued(truth, truth + chance.normal(0, error, 200), s) for s in (1, 2, 3))
        )
        for name, error in (("good", 0.5), ("bad", 1.0))
    )

    found = analyse([good, bad], comparison_spec("regression", "rmse"))

    assert found.versus_best["bad"].difference > 0
    assert found.tied == ["good"]
    assert found.pairs[0].mcnemar_p_value is None


def test_p_values_are_adjusted_over_the_others_and_over_all_pairs():
    found = analyse(
        [racer("a", 0.85), racer("b", 0.84), racer("c", 0.8), racer("d", 0.75)], comparison_spec()
    )

    assert len(found.versus_best) == 3
    assert len(found.pairs) == 6
    smallest = min(found.versus_best.values(), key=lambda each: each.p_value)
    assert smallest.p_value_adjusted == pytest.approx(3 * smallest.p_value)
    smallest = min(found.pairs, key=lambda each: each.p_value)
    assert smallest.p_value_adjusted == pytest.approx(6 * smallest.p_value)


def test_a_candidates_numbers_do_not_depend_on_the_others():
    a, b, c = racer("a", 0.85), racer("b", 0.8), racer("c", 0.7)

    all_three, two = analyse([a, b, c], comparison_spec()), analyse([a, b], comparison_spec())

    assert all_three.intervals["b"] == two.intervals["b"]
    assert all_three.pairs[0].p_value == two.pairs[0].p_value


def test_every_metric_of_the_task_has_an_interval_about_the_mean_over_the_seeds():
    for task, metrics in METRICS_OF.items():
        spec = comparison_spec(task)
        jobs = [
            reduce_predictions(
                replace(raw_predictions(task, 80, seed), labels=raw_predictions(task, 80).labels),
                spec,
                seed,
                0.4,
            )
            for seed in (1, 2)
        ]
        found = analyse([candidate("a", *jobs)], spec)
        assert set(found.intervals["a"]) >= set(metrics)
        loss = np.mean([job.loss.mean() for job in jobs])
        assert found.intervals["a"]["loss"].low < loss < found.intervals["a"]["loss"].high
        assert_sound(found)


def test_more_confidence_takes_wider_intervals_and_excludes_fewer():
    racers = [racer("a", 0.85), racer("b", 0.79)]

    usual, strict = (analyse(racers, comparison_spec(confidence=each)) for each in (0.95, 0.9999))

    assert strict.intervals["a"]["accuracy"].low < usual.intervals["a"]["accuracy"].low
    assert usual.versus_best["b"].p_value == strict.versus_best["b"].p_value
    assert usual.tied == ["a"]
    assert strict.tied == ["a", "b"]


@pytest.mark.parametrize("task", list(METRICS_OF))
def test_the_same_predictions_give_the_same_numbers_on_however_many_threads(task):
    spec = comparison_spec(task)
    job = reduce_predictions(raw_predictions(task, 2000), spec, 0, 0.4)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(as_json(analyse([candidate("a", job)], spec)))

    assert found[0] == found[1]


def test_another_seed_draws_other_resamples():
    racers = [racer("a", 0.85), racer("b", 0.8)]

    first, again, other = (analyse(racers, comparison_spec(seed=seed)) for seed in (1, 1, 2))

    assert as_json(first) == as_json(again)
    assert first.pairs[0].p_value != other.pairs[0].p_value
    assert first.pairs[0].p_value == pytest.approx(other.pairs[0].p_value, abs=0.1)


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


def test_rows_or_seeds_would_separate_the_top_two():
    close = [racer("a", 0.85, seeds=(1,)), racer("b", 0.83, seeds=(1,))]
    found = analyse(close, comparison_spec())
    assert found.is_test_too_small
    assert found.rows_to_separate > len(TRUTH)
    assert not found.needs_more_seeds

    chance = np.random.default_rng(0)
    truth = chance.integers(0, 2, 3000)
    luck = {"a": (0.95, 0.8, 0.89), "b": (0.93, 0.78, 0.88)}
    lucky = [
        candidate(
            name, *(right_on(share, truth, chance, seed) for seed, share in enumerate(shares))
        )
        for name, shares in luck.items()
    ]
    found = analyse(lucky, comparison_spec())
    assert found.is_test_too_small
    assert found.rows_to_separate is None
    assert found.needs_more_seeds


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("task", list(METRICS_OF))
@pytest.mark.parametrize("seeds", [1, 3])
def test_very_few_rows_break_nothing(task, rows, seeds):
    spec = comparison_spec(task)
    labels = raw_predictions(task, rows).labels
    racers = [
        candidate(
            name,
            *(
                reduce_predictions(
                    replace(raw_predictions(task, rows, number + seed), labels=labels),
                    spec,
                    seed,
                    0.4,
                )
                for seed in range(seeds)
            ),
        )
        for number, name in enumerate("abc")
    ]

    found = analyse(racers, spec)

    assert_sound(found)
    assert len(found.pairs) == 3
    assert any(f"{rows} test row" in note for note in found.notes)


def test_many_classes_most_without_a_row_break_nothing():
    spec = comparison_spec("multiclass", labels=[str(number) for number in range(200)])
    racers = [
        candidate(name, reduce_predictions(raw_predictions("multiclass", 90, seed, 200), spec, 0))
        for seed, name in enumerate("ab")
    ]
    racers[1] = replace(racers[1], jobs=[replace(racers[1].jobs[0], truth=racers[0].jobs[0].truth)])

    found = analyse(racers, spec)

    assert_sound(found)
    assert len(found.pairs) == 1


@pytest.mark.parametrize("main_metric", METRICS_OF["binary"])
def test_perfect_and_constant_predictions_break_nothing(main_metric):
    perfect = candidate("a", *(classified(TRUTH, TRUTH, seed, 1 - 1e-9) for seed in (1, 2, 3)))
    constant = candidate("b", classified(TRUTH, TRUTH * 0, 1, 0.5), method="majority")

    found = analyse(
        [perfect, constant, replace(perfect, candidate="c")], comparison_spec("binary", main_metric)
    )

    assert_sound(found)
    assert found.tied[0] == "a"
    assert "c" in found.tied
    if main_metric not in ("loss", "accuracy"):
        assert main_metric not in found.intervals["a"]
        assert any("end of its range" in note for note in found.notes)


def test_a_specification_with_a_value_out_of_range_is_refused():
    with pytest.raises(ValueError, match="rmse is not a metric of binary"):
        comparison_spec("binary", "rmse")
    with pytest.raises(ValueError, match="confidence"):
        comparison_spec(confidence=95)
    with pytest.raises(ValueError, match="resamples"):
        comparison_spec(resamples=1)
    assert asdict(comparison_spec())["confidence"] == 0.95


def test_a_comparison_that_another_one_holds_up_takes_more_rows_too():
    """Holm's method tests the others first: what fails stops all that come after."""
    shares = (0.85, 0.8, 0.8, 0.79, 0.79, 0.79, 0.79, 0.78)
    racers = [
        racer(f"{name}5", share, seeds=(1,)) for name, share in zip("abcdefgh", shares, strict=True)
    ]
    ranked = sorted(racers, key=lambda each: (each.jobs[0].predicted != TRUTH).sum())

    found = analyse(ranked, comparison_spec())

    second = found.versus_best[ranked[1].candidate]
    assert second.p_value < 0.05 < second.p_value_adjusted
    assert found.rows_to_separate > 1.5 * len(TRUTH)


def crowd(number, tied_place=None):
    """Candidates that rank in this order, each trained once; one may do as well as the best."""
    shares = np.linspace(0.95, 0.3, number)
    for place, share in enumerate(shares):
        is_as_good = place == tied_place
        yield racer(f"c{place}", 0.95 if is_as_good else share, seeds=(1,), truth=TRUTH[:200])


def test_in_a_large_race_all_are_compared_with_the_best_and_fifty_with_each_other():
    found = analyse(crowd(60, tied_place=57), comparison_spec(resamples=30))

    assert len(found.versus_best) == 59
    assert len(found.pairs) == 50 * 49 // 2
    paired = {name for pair in found.pairs for name in (pair.first, pair.second)}
    assert "c57" in found.tied
    assert paired == {*(f"c{place}" for place in range(49)), "c57"}
    assert_sound(found)


def test_the_pairs_that_are_not_listed_count_in_the_adjustment_of_those_that_are():
    found = analyse(crowd(60), comparison_spec(resamples=30))

    smallest = min(found.pairs, key=lambda each: each.p_value)
    assert smallest.p_value_adjusted == pytest.approx(60 * 59 // 2 * smallest.p_value)


def test_the_best_fifty_are_described_row_by_row_and_label_by_label():
    found = analyse(crowd(60), comparison_spec(resamples=30))

    best = [f"c{place}" for place in range(50)]
    assert list(found.confusions) == list(found.label_scores) == best
    assert [each.candidate for each in found.hardest_rows[0].predictions] == best
    alone = analyse(list(crowd(60))[50:], comparison_spec(resamples=30))
    assert found.hardest_rows[0].wrong_share != alone.hardest_rows[0].wrong_share


def test_predictions_are_dropped_once_they_are_scored(monkeypatch):
    monkeypatch.setattr(scored_candidates, "_BATCH_ROWS", 1000)
    most_alive, seen = 0, []

    def one_after_another():
        nonlocal most_alive
        for each in crowd(100):
            seen.append(weakref.ref(each.jobs[0].loss))
            yield each
            del each
            most_alive = max(most_alive, sum(ref() is not None for ref in seen[50:]))

    analyse(one_after_another(), comparison_spec(resamples=2))

    # Five candidates of 200 rows each fill a batch.
    assert 0 < most_alive <= 6


def test_notes_on_many_candidates_name_ten_of_them():
    several = racer("a", 0.9, seeds=(1, 2))
    once = [racer(f"once-{place}", 0.8, seeds=(1,)) for place in range(12)]
    unread = [candidate(f"lost-{place}", num_unread=1) for place in range(12)]

    notes = analyse([several, *once, *unread], comparison_spec(resamples=2)).notes

    (luck,) = [note for note in notes if note.startswith("Only one seed")]
    assert "once-9 and 2 more" in luck
    assert sum("lost-" in note for note in notes) == 10
    assert notes[-1] == "The same is true of some or all jobs of 2 other candidates."
