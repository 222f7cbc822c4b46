"""The best candidate's score, corrected for its having been chosen as the best."""

from dataclasses import replace

import numpy as np
import pytest

from bakeoff.metrics import TASKS
from bakeoff.statistics import analyse, reduce_predictions, scored_candidates
from bakeoff.statistics.resampled_scores import resample
from bakeoff.statistics.scores import observed_scores, scores_of
from bakeoff.statistics.selection import Selection
from bench.simulated_races import Classifier, candidates_of
from tests.support.predicted import candidate, comparison_spec, raw_predictions, right_on

TRUTH = np.random.default_rng(0).integers(0, 2, 300)


def racer(name, share, seeds=(1, 2), truth=TRUTH, **more):
    jobs = [right_on(share, truth, np.random.default_rng([seed, *name.encode()]), seed)
            for seed in seeds]  # fmt: skip
    return candidate(name, *jobs, **more)


def accuracy(racer):
    return float(np.mean([job.predicted == job.truth for job in racer.jobs]))


def ranked(*racers):
    return sorted(racers, key=accuracy, reverse=True)


def test_a_clear_winner_keeps_its_score_and_its_interval():
    best = racer("a", 0.9)

    found = analyse([best, racer("b", 0.6), racer("c", 0.5)], comparison_spec())

    assert found.corrected_score.score == pytest.approx(accuracy(best), abs=1e-12)
    assert found.corrected_score.interval.low == pytest.approx(found.intervals["a"]["accuracy"].low)
    assert found.corrected_score.num_candidates == 3


def test_one_candidate_was_not_chosen():
    assert analyse([racer("a", 0.9)], comparison_spec()).corrected_score is None


def test_the_best_of_equals_was_lucky():
    equals = ranked(*(racer(name, 0.8) for name in "abcdefgh"))

    corrected = analyse(equals, comparison_spec()).corrected_score

    assert corrected.score < accuracy(equals[0]) - 0.01
    assert corrected.interval.low < corrected.score < corrected.interval.high


def test_an_error_is_corrected_upwards():
    def job(seed):
        given = raw_predictions("regression", 200, seed=1)
        noise = np.random.default_rng(seed).normal(0, 1, 200)
        spec = comparison_spec("regression", "rmse")
        return reduce_predictions(replace(given, logits=given.labels + noise), spec, seed)

    racers = [candidate(str(seed), job(seed)) for seed in range(8)]
    racers.sort(key=lambda each: float(each.jobs[0].loss.mean()))

    corrected = analyse(racers, comparison_spec("regression", "rmse")).corrected_score

    assert corrected.score > float(racers[0].jobs[0].loss.mean()) ** 0.5


def test_it_does_not_depend_on_how_many_candidates_are_in_memory_at_once(monkeypatch):
    equals = ranked(*(racer(name, 0.8) for name in "abcdef"))
    together = analyse(equals, comparison_spec()).corrected_score

    monkeypatch.setattr(scored_candidates, "_BATCH_ROWS", 1)

    assert analyse(equals, comparison_spec()).corrected_score == together


def test_a_candidate_that_lost_seeds_could_not_be_chosen():
    best, other = ranked(racer("a", 0.8), racer("b", 0.8))
    lost = racer("lost", 0.99, seeds=(1,), is_partial=True)

    with_it = analyse([best, other, lost], comparison_spec()).corrected_score

    assert with_it == analyse([best, other], comparison_spec()).corrected_score


def test_without_the_predictions_of_the_best_there_is_no_correction():
    unread = candidate("best", num_unread=1)

    found = analyse([unread, racer("a", 0.8), racer("b", 0.8)], comparison_spec())

    assert found.corrected_score is None


def test_a_single_row_gives_no_correction():
    truth = np.array([1])

    assert analyse([racer("a", 1, truth=truth), racer("b", 1, truth=truth)],
                   comparison_spec(resamples=20)).corrected_score is None  # fmt: skip


@pytest.mark.parametrize("task", TASKS)
def test_scores_on_some_of_the_rows_are_those_of_these_rows_alone(task):
    spec = comparison_spec(task)
    given = raw_predictions(task, 120)
    is_in = np.random.default_rng(5).random(120) < 0.4
    threshold = 0.5 if task == "multilabel" else None

    def job(rows):
        some = replace(
            given, ids=given.ids[rows], labels=given.labels[rows], logits=given.logits[rows]
        )
        return reduce_predictions(some, spec, 1, threshold)

    alone = observed_scores(scores_of([job(is_in)], spec), int(is_in.sum()))
    within = scores_of([job(np.ones(120, bool))], spec)(is_in[:, None].astype(np.float32))

    assert {name: value[0, 0] for name, value in within.items()} == pytest.approx(
        {name: value[0] for name, value in alone.items()}
    )


@pytest.mark.simulation
@pytest.mark.parametrize(("seeds", "luck"), [(1, 0.0), (3, 0.5)])
def test_the_best_of_five_equals_flatters_and_its_corrected_score_does_not(seeds, luck):
    # The observed excess is some 1.5 points; the error of the mean of 150 races is 0.2 points.
    models, chance = [Classifier(luck=luck)] * 5, np.random.default_rng(2024)
    truth, observed, corrected = models[0].scores()["accuracy"], [], []
    for race in range(150):
        spec = comparison_spec(resamples=100, seed=race)
        scored = resample(candidates_of(models, chance, 200, seeds), spec)
        scored.sort(key=lambda each: -each.mean("accuracy"))
        selection = Selection(scored[0], spec)
        selection.add(scored)
        observed.append(scored[0].mean("accuracy") - truth)
        corrected.append(selection.corrected().score - truth)

    assert np.mean(observed) > 0.01
    assert abs(np.mean(corrected)) < 0.005
