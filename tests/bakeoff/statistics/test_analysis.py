"""Candidates are compared with the best and with each other."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from bakeoff.metrics import METRICS_OF
from bakeoff.statistics import analyse, reduce_predictions
from tests.support.analysed import TRUTH, as_json, assert_sound, racer
from tests.support.predicted import candidate, comparison_spec, raw_predictions, right_on, valued


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
