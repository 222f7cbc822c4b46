"""Where another metric would put another candidate first."""

import numpy as np
import pytest

from bakeoff.statistics import analyse
from tests.support.predicted import candidate, classified, comparison_spec, valued

LABELS = ("common", "usual", "rare")


def truth_of(rows):
    """A tenth of the rows have the rare label."""
    return np.where(np.arange(rows) % 10 == 0, 2, np.arange(rows) % 2)


def racer(name, truth, of_rare, of_others, seed=0, **more):
    """Right on these shares of the rows with the rare label, and with the others."""
    chance = np.random.default_rng(seed)
    is_right = chance.random(len(truth)) < np.where(truth == 2, of_rare, of_others)
    return candidate(name, classified(truth, np.where(is_right, truth, 1 - truth % 2)), **more)


def found(candidates, main_metric="accuracy"):
    spec = comparison_spec("multiclass", main_metric, labels=LABELS, resamples=300)
    return analyse(candidates, spec).other_leaders


def test_a_candidate_that_finds_a_rare_label_leads_by_macro_f1():
    truth = truth_of(1000)
    accurate = racer("accurate", truth, of_rare=0.0, of_others=0.97, seed=1)
    balanced = racer("balanced", truth, of_rare=0.7, of_others=0.86, seed=2)

    (leader,) = found([accurate, balanced])

    assert (leader.metric, leader.candidate) == ("macro_f1", "balanced")
    assert leader.score > leader.score_of_best
    assert leader.interval.low > 0
    assert leader.p_value <= leader.p_value_adjusted < 0.05


def test_a_lead_that_may_be_chance_is_none():
    truth = truth_of(60)
    accurate = racer("accurate", truth, of_rare=0.0, of_others=0.97, seed=1)
    balanced = racer("balanced", truth, of_rare=0.2, of_others=0.9, seed=2)

    assert found([accurate, balanced]) == []


def test_the_best_of_many_needs_a_larger_lead():
    truth = truth_of(600)
    accurate = racer("accurate", truth, of_rare=0.0, of_others=0.97, seed=1)
    balanced = racer("balanced", truth, of_rare=0.7, of_others=0.86, seed=2)
    others = [racer(f"other {n}", truth, of_rare=0.0, of_others=0.8, seed=n) for n in (3, 4, 5)]

    (alone,), (among_four,) = found([accurate, balanced]), found([accurate, balanced, *others])

    assert alone.p_value_adjusted == alone.p_value
    assert among_four.p_value == alone.p_value
    assert among_four.p_value_adjusted == pytest.approx(4 * alone.p_value)


def test_none_leads_where_the_best_is_best_by_every_metric():
    truth = truth_of(500)
    best, other = racer("best", truth, 0.9, 0.9, 1), racer("other", truth, 0.6, 0.6, 2)

    assert found([best, other]) == []
    assert found([best]) == []


def test_a_candidate_that_lost_seeds_does_not_lead():
    truth = truth_of(1000)
    accurate = racer("accurate", truth, of_rare=0.0, of_others=0.97, seed=1)
    balanced = racer("balanced", truth, of_rare=0.7, of_others=0.86, seed=2, is_partial=True)

    assert found([accurate, balanced]) == []


def test_macro_f1_is_not_another_metric_than_f1_of_several_labels():
    truth = truth_of(1000)
    balanced = racer("balanced", truth, of_rare=0.7, of_others=0.86, seed=2)
    accurate = racer("accurate", truth, of_rare=0.0, of_others=0.97, seed=1)

    (leader,) = found([balanced, accurate], main_metric="f1")

    assert (leader.metric, leader.candidate) == ("accuracy", "accurate")


def test_lower_is_better_of_an_error():
    truth = np.random.default_rng(0).normal(0, 1, 400)
    ordered = candidate("ordered", valued(truth, 10 * truth))
    near = candidate("near", valued(truth, truth + np.random.default_rng(1).normal(0, 0.5, 400)))

    leaders = analyse(
        [ordered, near], comparison_spec("regression", "pearson", resamples=300)
    ).other_leaders

    assert {each.metric for each in leaders} == {"rmse", "mae"}
    assert all(each.candidate == "near" and each.interval.high < 0 for each in leaders)
