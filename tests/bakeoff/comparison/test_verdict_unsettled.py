"""Candidates that score worse with every seed but vary too much are tied, and not recommended."""

import pytest

from bakeoff.comparison.verdict import verdict
from bakeoff.summary.metric_summary import MetricSummary
from tests.support.verdict_samples import (
    analysed,
    conditions,
    raced,
    versus,
)


def with_seeds(candidate, *values):
    by_seed = dict(zip(candidate.seeds, values, strict=False))
    score = MetricSummary(mean=sum(values) / len(values), std=0.1, by_seed=by_seed, interval=None)
    # As many rows right as the score says.
    return candidate.model_copy(update={"metrics": {"f1": score, "accuracy": score}})


def erratic(values=(0.0, 0.53, 0.67), mcnemar=0.001, best=(0.82, 0.83, 0.84)):
    """The verdict on a candidate that differs much by seed, beside one that does not."""
    first = with_seeds(raced("steady", latency_p50_seconds=0.02, model_bytes=90), *best)
    second = with_seeds(raced("erratic", latency_p50_seconds=0.01, model_bytes=10), *values)
    analysis = analysed([first, second], 2)
    key = second.candidate
    analysis.versus_best[key] = versus().model_copy(update={"mcnemar_p_value": mcnemar})
    return verdict([first, second], analysis, conditions())


def test_an_erratic_candidate_that_all_speaks_against_is_tied_but_not_recommended():
    found = erratic()
    assert found.tied == ["steady-3f2a9c", "erratic-3f2a9c"]
    assert found.unsettled == ["erratic-3f2a9c"]
    assert found.fastest == found.smallest == "steady-3f2a9c"
    assert any("erratic scores worse with every seed" in each for each in found.sentences)


@pytest.mark.parametrize(
    "other",
    [{"values": (0.0, 0.53, 0.825)}, {"mcnemar": 0.4}, {"mcnemar": None}, {"values": (0.5,)}],
    ids=["a seed as good", "rows that do not differ", "no rows to compare", "one seed"],
)
def test_a_candidate_that_something_speaks_for_is_as_good_as_the_best(other):
    found = erratic(**other)
    assert found.unsettled == []
    assert found.fastest == found.smallest == "erratic-3f2a9c"


def test_unsettled_candidates_are_not_among_those_recommended():
    first = with_seeds(raced("steady", latency_p50_seconds=0.02), 0.82, 0.83, 0.84)
    second = with_seeds(raced("other", latency_p50_seconds=0.03), 0.81, 0.83, 0.84)
    third = with_seeds(raced("erratic", latency_p50_seconds=0.01), 0.0, 0.53, 0.67)
    analysis = analysed([first, second, third], 3)
    comparison = versus().model_copy(update={"mcnemar_p_value": 0.001})
    analysis.versus_best[third.candidate] = comparison
    found = verdict([first, second, third], analysis, conditions())
    assert found.unsettled == [third.candidate]
    assert "Of the other 2, steady is the fastest." in found.sentences


def test_a_candidate_with_more_rows_right_is_not_unsettled():
    first = with_seeds(raced("all-positive"), 0.99, 1.0, 1.0)
    second = with_seeds(raced("careful"), 0.6, 0.7, 0.8)
    right = {"accuracy": MetricSummary(mean=0.5, std=None, by_seed={}, interval=None)}
    first = first.model_copy(update={"metrics": first.metrics | right})
    analysis = analysed([first, second], 2)
    comparison = versus().model_copy(update={"mcnemar_p_value": 0.001})
    analysis.versus_best[second.candidate] = comparison
    assert verdict([first, second], analysis, conditions()).unsettled == []
