"""The order of the candidates, and what keeps one from having a rank."""

import pytest

from tests.support.compared import by_model, compared
from tests.support.run_samples import (
    completed,
    failed,
    manifest_for,
    metrics_with_scores,
    planned,
    resolved_with,
)
from tests.support.summaries import summarised


def models(summary):
    return [each.model for each in summary.candidates]


def ranks(summary):
    return [each.rank for each in summary.candidates]


def test_the_best_main_metric_comes_first():
    summary = compared(
        resolved_with(models=["a", "b", "c"]), by_model({"a": 0.8, "b": 0.9, "c": 0.7})
    )
    assert models(summary) == ["b", "a", "c"]
    assert ranks(summary) == [1, 2, 3]
    assert summary.verdict.best == summary.candidates[0].candidate


def test_the_lowest_loss_comes_first():
    resolved = resolved_with(models=["a", "b"], main_metric="loss")
    summary = compared(
        resolved,
        by_model({"a": lambda i: completed(i, 0.9, 0.5), "b": lambda i: completed(i, 0.1, 0.4)}),
    )
    assert models(summary) == ["b", "a"]
    assert summary.conditions.main_metric_direction == "lower"


def test_the_lowest_error_comes_first():
    def outcome(item):
        rmse = 0.9 if item.candidate.startswith("a") else 0.4
        return completed(item, metrics=metrics_with_scores(loss=rmse**2, rmse=rmse))

    resolved = resolved_with(models=["a", "b"])
    assert models(compared(resolved, outcome, task="regression", labels=[])) == ["b", "a"]


def test_ties_go_to_the_lower_loss_and_then_to_the_request_s_order():
    outcome = by_model(
        {
            "a": lambda item: completed(item, 0.9, 0.4),
            "b": lambda item: completed(item, 0.9, 0.3),
            "c": lambda item: completed(item, 0.9, 0.4),
        }
    )
    assert models(compared(resolved_with(models=["c", "a", "b"]), outcome)) == ["b", "c", "a"]


def test_a_candidate_that_lost_seeds_ranks_below_the_complete_ones_however_good():
    resolved = resolved_with(models=["a", "b"], seeds=[1, 2])

    def outcome(item):
        if item.candidate.startswith("b-"):
            return completed(item, 0.5)
        return completed(item, 0.99) if item.seed == 1 else failed(item)

    summary = compared(resolved, outcome)
    assert models(summary) == ["b", "a"]
    partial = summary.candidates[1]
    assert (partial.status, partial.rank) == ("partial", 2)
    assert (partial.seeds, partial.seeds_completed) == ([1, 2], [1])
    assert partial.metrics["f1"].mean == 0.99
    assert partial.reason == ("1 of 2 seeds have no result; seed 2: The GPU's memory ran out.")


def test_failed_candidates_come_last_with_their_reason_and_no_rank():
    resolved = resolved_with(models=["a", "b", "c"])
    summary = compared(resolved, by_model({"b": 0.1, "c": failed}), untrainable=["a"])
    assert models(summary) == ["b", "a", "c"]
    assert [each.status for each in summary.candidates] == ["completed", "failed", "failed"]
    assert ranks(summary) == [1, None, None]
    assert summary.candidates[1].reason == "it has no tokeniser"
    assert summary.candidates[2].reason == "The GPU's memory ran out."
    assert summary.candidates[2].metrics == {}


def test_a_planned_job_without_a_record_is_missing_and_its_candidate_failed():
    summary = compared(resolved_with(models=["a"]), lambda item: None)
    (candidate,) = summary.candidates
    assert candidate.status == "failed"
    assert "left no record" in candidate.reason
    assert [job.status for job in candidate.jobs] == ["missing"]
    assert summary.verdict.best is None


def test_a_candidate_that_the_manifest_lacks_is_kept():
    resolved = resolved_with(models=["a"])
    manifest = manifest_for(resolved).model_copy(update={"models": []})
    (candidate,) = summarised(resolved, manifest, [], []).candidates
    assert (candidate.status, candidate.seeds) == ("failed", [])
    assert candidate.reason


@pytest.mark.parametrize("f1", [float("nan"), float("inf"), None, "0.9", True])
def test_a_job_whose_main_metric_is_not_a_finite_number_failed(f1):
    def outcome(item):
        return completed(item, metrics=metrics_with_scores(f1=f1, loss=0.25))

    (candidate,) = compared(resolved_with(models=["a"]), outcome).candidates
    assert candidate.status == candidate.jobs[0].status == "failed"
    assert "diverged" in candidate.reason


def test_a_method_without_a_learning_rate_is_not_advised_to_lower_it():
    def outcome(item):
        return completed(item, metrics=metrics_with_scores(f1=float("nan")))

    resolved = resolved_with(models=["a"], baselines=True)
    reasons = {each.method: each.reason for each in compared(resolved, outcome).candidates}
    assert "learning_rate" in reasons["full"]
    assert "learning_rate" not in reasons["tfidf"]


@pytest.mark.parametrize("metrics", [{}, {"metrics": None}, {"metrics": {"test": []}}])
def test_metrics_of_another_form_are_a_failure_and_not_a_crash(metrics):
    summary = compared(resolved_with(models=["a"]), lambda item: completed(item, metrics=metrics))
    assert summary.candidates[0].status == "failed"


def test_the_summary_does_not_depend_on_the_order_of_the_results():
    resolved = resolved_with(models=["a", "b"], seeds=[1, 2])
    manifest, items = manifest_for(resolved), planned(resolved).items
    results = [completed(item, index / 10) for index, item in enumerate(items)]
    forwards = summarised(resolved, manifest, items, results)
    assert forwards == summarised(resolved, manifest, items, reversed(results))
