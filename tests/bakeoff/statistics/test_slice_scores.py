"""Candidates on slices of the test rows, and the slices on which the best is worse than another."""

from dataclasses import replace

import numpy as np
import pytest

from bakeoff.statistics import analyse, reduce_predictions
from bakeoff.statistics.significance import holm
from tests.support.predicted import (
    candidate,
    classified,
    comparison_spec,
    raw_predictions,
    right_on,
    valued,
)
from tests.support.sliced import grouping, row_slices

ROWS = 400
TRUTH = np.arange(ROWS) % 2
NORTH = np.arange(ROWS) < 150
COUNTRIES = grouping({"north": NORTH, "south": ~NORTH})


def racer(name, of_north, of_south, seed=0, truth=TRUTH, **more):
    """Right on these shares of the rows of each slice."""
    share = np.where(NORTH[: len(truth)], of_north, of_south)
    return candidate(name, right_on(share, truth, np.random.default_rng(seed)), **more)


def found(candidates, *groupings, spec=None, ids=None):
    given = row_slices(np.arange(ROWS) if ids is None else ids, *groupings)
    return analyse(candidates, spec or comparison_spec(resamples=300), given).slices


def test_the_slice_is_found_on_which_the_best_is_worse():
    best = racer("best", of_north=0.6, of_south=0.99, seed=1)
    other = racer("other", of_north=0.9, of_south=0.6, seed=2)

    (slices,) = found([best, other], COUNTRIES).groupings
    north, south = slices.slices

    assert (slices.by, slices.column, slices.metric) == ("column", "country", "accuracy")
    assert (north.name, north.rows, north.untested) == ("north", 150, None)
    assert [each.beats_best for each in north.scores] == [None, True]
    assert [each.beats_best for each in south.scores] == [None, False]
    of_best, of_other = north.scores
    assert of_other.difference == pytest.approx(of_other.score - of_best.score)
    assert of_other.difference_interval.low > 0
    assert of_other.interval.low < of_other.score < of_other.interval.high


def test_scores_are_those_of_the_slice_s_rows_alone():
    best = racer("best", 0.6, 0.99, seed=1)
    (job,) = best.jobs

    north, south = found([best], COUNTRIES).groupings[0].slices

    for part, rows in ((north, NORTH), (south, ~NORTH)):
        assert part.scores[0].score == (job.predicted == job.truth)[rows].mean()
        assert part.scores[0].difference is None


def test_all_tests_are_corrected_together():
    racers = [racer(f"model-{n}", 0.8 - 0.05 * n, 0.9 - 0.02 * n, seed=n) for n in range(3)]
    halves = grouping({"even": TRUTH == 0, "odd": TRUTH == 1}, column="half")

    slices = found(racers, COUNTRIES, halves)

    scores = [
        score
        for each in slices.groupings
        for part in each.slices
        for score in part.scores
        if score.p_value is not None
    ]
    assert slices.num_tests == len(scores) == 4 * 2
    assert [each.p_value_adjusted for each in scores] == holm([each.p_value for each in scores])


def test_small_slices_are_shown_and_not_tested():
    is_small = np.arange(ROWS) < 29
    sizes = grouping({"small": is_small, "large": ~is_small})

    slices = found([racer("best", 0.9, 0.9, 1), racer("other", 0.5, 0.5, 2)], sizes)
    small, large = slices.groupings[0].slices

    assert (slices.fewest_rows, slices.num_tests) == (30, 1)
    assert (small.untested, large.untested) == ("few_rows", None)
    assert small.scores[1].score is not None
    assert small.scores[1].p_value is None


def test_a_slice_of_all_rows_is_not_tested_again():
    every = grouping({"all": np.ones(ROWS, dtype=bool)})

    (part,) = (
        found([racer("best", 0.9, 0.9, 1), racer("other", 0.5, 0.5, 2)], every).groupings[0].slices
    )

    assert part.untested == "all_rows"


def test_f1_has_no_value_where_no_row_is_positive():
    positive = grouping({"some": NORTH | (TRUTH == 1), "none": (TRUTH == 0) & ~NORTH})
    candidates = [racer("best", 0.9, 0.9, 1), racer("other", 0.5, 0.5, 2)]

    some, none = (
        found(candidates, positive, spec=comparison_spec(main_metric="f1", resamples=100))
        .groupings[0]
        .slices
    )

    assert (some.untested, none.untested) == (None, "no_score")
    assert [each.score for each in none.scores] == [None, None]
    assert none.rows == 125


def test_slices_by_label_tell_the_share_of_right_rows():
    labels = grouping({"no": TRUTH == 0, "yes": TRUTH == 1}, by="label")
    best = racer("best", 0.9, 0.9, 1)
    (job,) = best.jobs

    (slices,) = found(
        [best], labels, spec=comparison_spec(main_metric="f1", resamples=100)
    ).groupings

    assert slices.metric == "accuracy"
    no, yes = slices.slices
    assert no.scores[0].score == (job.predicted[TRUTH == 0] == 0).mean()
    assert yes.scores[0].score == (job.predicted[TRUTH == 1] == 1).mean()


def test_one_answer_for_all_rows_does_not_beat_the_best_where_it_is_right():
    labels = grouping({"no": TRUTH == 0, "yes": TRUTH == 1}, by="label")
    best = racer("best", 0.9, 0.9, 1)
    constant = candidate("majority", classified(TRUTH, np.zeros(ROWS, int)), method="majority")

    slices = found([best, constant], labels, COUNTRIES)

    no, _ = slices.groupings[0].slices
    assert no.scores[1].score == 1
    assert no.scores[1].beats_best is None
    # In other slices it is a candidate like any other.
    assert slices.num_tests == 2


def test_numbers_of_a_narrow_range_are_judged_by_the_error():
    chance = np.random.default_rng(0)
    truth = chance.normal(0, 1, ROWS)
    near, far = (
        candidate(name, valued(truth, truth + chance.normal(0, error, ROWS)))
        for name, error in (("near", 0.2), ("far", 1.0))
    )
    is_low = truth < 0
    spec = comparison_spec("regression", "spearman", resamples=100)

    by_target, by_column = found(
        [near, far],
        grouping({"low": is_low, "high": ~is_low}, by="target"),
        COUNTRIES,
        spec=spec,
    ).groupings

    assert (by_target.metric, by_column.metric) == ("mae", "spearman")
    worse = by_target.slices[0].scores[1]
    assert worse.difference > 0
    assert worse.p_value_adjusted < 0.05
    assert worse.beats_best is False


def test_an_error_that_is_lower_beats_the_best():
    chance = np.random.default_rng(0)
    truth = chance.normal(0, 1, ROWS)
    errors = {"best": (1.5, 0.1), "other": (0.5, 1.2)}
    candidates = [
        candidate(name, valued(truth, truth + chance.normal(0, 1, ROWS) * np.where(NORTH, *both)))
        for name, both in errors.items()
    ]

    north, south = (
        found(candidates, COUNTRIES, spec=comparison_spec("regression", "rmse", resamples=200))
        .groupings[0]
        .slices
    )

    assert north.scores[1].beats_best is True
    assert south.scores[1].beats_best is False


def test_rows_of_several_labels_may_be_in_several_slices():
    spec = comparison_spec("multilabel", "micro_f1", resamples=100)
    candidates = multilabelled(spec)
    truth = candidates[0].jobs[0].truth
    names = dict(zip(spec.labels, truth.T, strict=True))

    slices = found(
        candidates, grouping(names, by="label"), spec=spec, ids=candidates[0].jobs[0].ids
    )

    parts = slices.groupings[0].slices
    assert [each.rows for each in parts] == truth.sum(axis=0).tolist()
    assert sum(each.rows for each in parts) > truth.any(axis=1).sum()
    assert all(each.scores[0].score > 0 for each in parts)


def multilabelled(spec):
    return [
        candidate(name, reduce_predictions(raw_predictions("multilabel", ROWS), spec, 0, 0.5))
        for name in ("one", "other")
    ]


def test_predictions_in_another_order_are_sliced_by_their_ids():
    best = racer("best", of_north=0.6, of_south=0.99, seed=1)
    turned = replace(
        best,
        jobs=[
            replace(
                job,
                **{
                    name: getattr(job, name)[::-1]
                    for name in ("ids", "truth", "predicted", "loss", "confidence")
                },
            )
            for job in best.jobs
        ],
    )

    straight, reverse = (found([each], COUNTRIES).groupings[0].slices for each in (best, turned))

    assert [each.scores[0].score for each in straight] == [each.scores[0].score for each in reverse]


def test_slices_of_other_rows_are_left_out():
    assert found([racer("best", 0.9, 0.9)], COUNTRIES, ids=np.arange(ROWS) + 1) is None


def test_nothing_is_compared_if_the_best_s_predictions_are_missing():
    lost = candidate("lost", num_unread=1)

    assert found([lost, racer("other", 0.9, 0.9)], COUNTRIES) is None
