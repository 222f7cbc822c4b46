"""What the task that the data have, or the request says, means for the jobs."""

import pytest

from bakeoff.errors import RequestError
from tests.support.run_samples import (
    planned,
    resolved_with,
)


def test_pairs_and_tasks_reach_the_script():
    resolved = resolved_with(models=["m"])
    plan = planned(resolved, task="regression", labels=[], text_columns=["a", "b"])
    (config,) = plan.configs.values()
    assert (config.is_pair, config.task, config.labels) == (True, "regression", [])
    assert (config.main_metric, config.higher_is_better) == ("rmse", False)
    names = metric_names(plan.items[0])
    assert {"test:rmse", "validation:pearson", "train:loss"} <= names
    assert "test:f1" not in names


def metric_names(item):
    algorithm = item.training_job["AlgorithmSpecification"]
    return {definition["Name"] for definition in algorithm["MetricDefinitions"]}


def test_a_metric_that_the_inferred_task_does_not_have_is_a_problem_of_the_request():
    with pytest.raises(RequestError) as refusal:
        planned(resolved_with(main_metric="f1"), task="regression", labels=[])
    (problem,) = refusal.value.problems
    assert problem.field == "main_metric"
    assert "regression" in problem.problem
    assert "loss, pearson, spearman, rmse, mae" in problem.remedy


def test_a_target_is_refused_where_the_inferred_task_has_no_positive_label():
    resolved = resolved_with(target={"precision": 0.95})
    with pytest.raises(RequestError) as refusal:
        planned(resolved, task="multiclass", labels=["a", "b", "c"])
    (problem,) = refusal.value.problems
    assert problem.field == "target" and "multiclass" in problem.problem


def test_a_job_is_told_what_its_positive_label_must_reach():
    plan = planned(resolved_with(target={"recall": 0.9}))
    config = plan.configs[plan.items[0].item]
    assert (config.target_metric, config.target_value) == ("recall", 0.9)
    plan = planned(resolved_with())
    config = plan.configs[plan.items[0].item]
    assert (config.target_metric, config.target_value) == (None, None)


def test_only_methods_that_go_by_the_labels_names_are_told_what_labels_mean():
    described = {"pos": "praise"}
    models = [{"id": "m", "method": "zeroshot"}, "m"]
    plan = planned(resolved_with(models=models, label_descriptions=described))
    told = {config.method: config.label_descriptions for config in plan.configs.values()}
    assert told == {"zeroshot": described, "full": {}}


def test_hyperparameters_that_do_not_apply_to_the_inferred_task_are_reported_once():
    recipe = {"class_weights": "balanced", "label_smoothing": 0.1}
    resolved = resolved_with(hyperparameters=recipe, main_metric="f1", baselines=True)
    with pytest.raises(RequestError) as refusal:
        planned(resolved, task="regression", labels=[])
    assert [problem.field for problem in refusal.value.problems] == [
        "main_metric",
        "hyperparameters.class_weights",
        "hyperparameters.label_smoothing",
    ]
