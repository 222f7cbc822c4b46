"""Fields that are right one by one, and do not go together."""

import pytest

from tests.support.refusals import problem_with, problems_of
from tests.support.run_samples import WALK_THROUGH, parsed


@pytest.mark.parametrize(
    "models",
    [
        ["m", "m"],
        ["m", {"id": "m"}],
        ["m", {"id": "m", "revision": "main"}],
        ["m", {"id": "m", "hyperparameters": {"epochs": "auto"}}],
        ["m", {"id": "m", "hyperparameters": {"learning_rate": None}}],
        ["m", {"id": "m", "method": "full"}],
        [{"id": "m", "method": "frozen"}, {"id": "m", "method": "frozen", "revision": "main"}],
        [{"id": "m", "method": "lora"}, {"id": "m", "method": "lora", "revision": "main"}],
        [
            {"id": "m", "hyperparameters": {"train_batch_tokens": None}},
            {"id": "m", "hyperparameters": {"train_batch_size": "auto"}},
        ],
        ["s3://bucket/m", "s3://bucket/m/"],
        ["m", {"id": "m", "revision": None}],
        ["m", {"id": "m", "hyperparameters": {"weight_decay": 0}}],
        [
            {"id": "m", "hyperparameters": {"warmup_ratio": 1}},
            {"id": "m", "hyperparameters": {"warmup_ratio": 1.0}},
        ],
    ],
)
def test_a_model_twice_is_refused_however_it_is_written(models):
    problem = problem_with(models=models)
    assert problem.field == "models[1]"
    assert "models[0]" in problem.problem


def test_a_setting_that_a_method_ignores_does_not_make_another_candidate():
    models = [
        {"id": "m", "method": "frozen"},
        {"id": "m", "method": "frozen", "hyperparameters": {"early_stopping_patience": None}},
    ]
    problem = problem_with(models=models, hyperparameters={"early_stopping_patience": 3})
    assert problem.field == "models[1]"
    assert "the same as models[0]" in problem.problem


def test_common_settings_need_not_apply_to_every_model():
    models = [{"id": "m", "method": "frozen"}, "m"]
    assert parsed(WALK_THROUGH | {"models": models, "hyperparameters": {"epochs": 3}})


def test_invalid_models_are_not_reported_as_duplicates():
    problems = problems_of(WALK_THROUGH | {"models": [3, 3]})
    assert [problem.field for problem in problems] == ["models[0]", "models[1]"]


def test_a_seed_twice_is_refused():
    assert problem_with(seeds=[1, 2, 1]).field == "seeds[2]"
    # true equals 1 in Python, but is no seed in the first place.
    assert "whole number" in problem_with(seeds=[1, True]).remedy


def test_a_model_of_s3_has_no_revision():
    problem = problem_with(models=[{"id": "s3://bucket/m/", "revision": "main"}])
    assert problem.field == "models[0].revision"


@pytest.mark.parametrize(
    ("columns", "field", "problem"),
    [
        ({"slices": ["a", "a"]}, "slices[1]", 'The column "a" is named more than once.'),
        ({"slices": ["a", "t"], "text": "t"}, "slices[1]", "named as text, too"),
        ({"slices": ["t"], "text": ["s", "t"]}, "slices[0]", "named as text, too"),
        ({"slices": ["l"], "label": "l"}, "slices[0]", "named as label, too"),
    ],
)
def test_a_column_slices_once_and_is_neither_text_nor_label(columns, field, problem):
    found = problem_with(**columns)
    assert found.field == field
    assert problem in found.problem


@pytest.mark.parametrize(
    "both",
    [
        {"warmup_steps": 5, "warmup_ratio": 0.1},
        {"train_batch_size": 8, "train_batch_tokens": 4096},
    ],
)
def test_conflicting_settings_are_refused_wherever_they_are_given(both):
    assert problem_with(hyperparameters=both).field == "hyperparameters"
    problem = problem_with(models=["a", {"id": "m", "hyperparameters": both}])
    assert problem.field == "models[1].hyperparameters"


@pytest.mark.parametrize("rates", [2, 8, [1e-5, 5e-5], [1e-5]])
def test_one_rate_for_all_and_rates_to_try_contradict_each_other(rates):
    problem = problem_with(tune={"learning_rate": rates}, hyperparameters={"learning_rate": 2e-5})

    assert problem.field == "tune.learning_rate"
    assert "all the same one, 2e-05" in problem.problem
    assert "Leave out one" in problem.remedy


@pytest.mark.parametrize(
    "changes",
    [
        {"tune": {"learning_rate": 1}, "hyperparameters": {"learning_rate": 2e-5}},
        {"tune": {}, "hyperparameters": {"learning_rate": 2e-5}},
        {"tune": {"learning_rate": 5}, "hyperparameters": {"learning_rate": None}},
        {
            "tune": {"learning_rate": 5},
            "models": ["m", {"id": "n", "hyperparameters": {"learning_rate": 2e-5}}],
        },
    ],
)
def test_a_rate_goes_with_no_trials_and_one_models_rate_with_the_others_trials(changes):
    assert parsed(WALK_THROUGH | changes)


def test_text_and_label_cannot_be_the_same_column():
    assert problem_with(text="a", label="a").field == "label"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ["a", "b"], "label": "b"}, "label"),
        ({"text": ["a", "a"]}, "text[1]"),
        ({"text": "a", "label": ["b", "a"]}, "label"),
        ({"label": ["a", "b", "a"]}, "label[2]"),
        ({"label": ["a", "b"], "label_delimiter": ","}, "label_delimiter"),
        ({"label": ["a", "b"], "task": "multiclass"}, "task"),
        ({"label_delimiter": ",", "task": "regression"}, "task"),
        ({"label": ["a", "b"], "positive_label": "a"}, "positive_label"),
        ({"label_delimiter": ",", "positive_label": "a"}, "positive_label"),
        ({"task": "regression", "positive_label": "a"}, "positive_label"),
        ({"task": "multiclass", "positive_label": "a"}, "positive_label"),
        ({"task": "regression", "main_metric": "f1"}, "main_metric"),
        ({"task": "binary", "main_metric": "rmse"}, "main_metric"),
        ({"task": "multilabel", "main_metric": "mcc"}, "main_metric"),
        (
            {"task": "regression", "hyperparameters": {"class_weights": "balanced"}},
            "hyperparameters.class_weights",
        ),
        (
            {"task": "regression", "hyperparameters": {"label_smoothing": 0.1}},
            "hyperparameters.label_smoothing",
        ),
        (
            {"task": "multilabel", "hyperparameters": {"class_weights": "balanced"}},
            "hyperparameters.class_weights",
        ),
        (
            {
                "task": "multilabel",
                "models": ["a", {"id": "b", "hyperparameters": {"label_smoothing": 0.1}}],
            },
            "models[1].hyperparameters.label_smoothing",
        ),
        ({"label": ["a", "b"], "main_metric": "accuracy"}, "main_metric"),
        ({"label_delimiter": ",", "main_metric": "f1"}, "main_metric"),
        (
            {"label": ["a", "b"], "hyperparameters": {"class_weights": "balanced"}},
            "hyperparameters.class_weights",
        ),
        ({"positive_label": "a", "main_metric": "rmse"}, "main_metric"),
        ({"positive_label": 1, "main_metric": "rmse"}, "main_metric"),
        (
            {"main_metric": "micro_f1", "hyperparameters": {"class_weights": "balanced"}},
            "hyperparameters.class_weights",
        ),
        (
            {
                "main_metric": "rmse",
                "models": ["a", {"id": "b", "hyperparameters": {"label_smoothing": 0.1}}],
            },
            "models[1].hyperparameters.label_smoothing",
        ),
        (
            {"models": [{"id": "m", "method": "frozen", "hyperparameters": {"epochs": 3}}]},
            "models[0].hyperparameters.epochs",
        ),
        (
            {"models": [{"id": "m", "hyperparameters": {"lora_rank": 4}}]},
            "models[0].hyperparameters.lora_rank",
        ),
        ({"models": ["m", "baseline/tfidf"]}, "models[1]"),
        ({"models": [{"id": "baseline/majority"}]}, "models[0]"),
    ],
)
def test_incompatible_fields_are_refused(changes, field):
    assert problem_with(**changes).field == field


@pytest.mark.parametrize(
    "changes",
    [
        {"main_metric": "macro_f1", "hyperparameters": {"class_weights": "balanced"}},
        {"main_metric": "macro_f1", "label": ["a", "b"]},
        {"main_metric": "loss", "hyperparameters": {"label_smoothing": 0.1}},
    ],
)
def test_fields_that_some_task_allows_together_are_checked_against_the_data(changes):
    assert parsed(WALK_THROUGH | changes).main_metric == changes["main_metric"]


def test_a_metric_of_another_task_is_refused_with_those_of_the_task():
    problem = problem_with(task="regression", main_metric="accuracy")
    assert "regression" in problem.problem
    assert "loss, pearson, spearman, rmse, mae" in problem.remedy


def test_an_implied_task_is_reported_with_its_reason():
    problem = problem_with(label=["a", "b"], main_metric="accuracy")
    assert problem.problem == (
        "The task is multilabel, as label names 2 columns: it has no metric accuracy."
    )


def test_too_many_jobs_are_refused():
    models = [f"m{number}" for number in range(201)]
    problem = problem_with(models=models, seeds=list(range(50)))
    assert "10050" in problem.problem
    assert "10050" in problem_with(models=models, seeds=50).problem
    assert len(parsed(WALK_THROUGH | {"models": models[:200], "seeds": list(range(50))}).models)


def test_models_that_ignore_the_seed_count_as_one_job_each():
    models = [{"id": f"m{number}", "method": "frozen"} for number in range(201)]
    assert parsed(WALK_THROUGH | {"models": models, "seeds": list(range(50))})


def test_a_model_that_is_not_kept_cannot_be_registered():
    problem = problem_with(keep="none", register_model=True)
    assert problem.field == "register_model"
    assert parsed(WALK_THROUGH | {"keep": "tied", "register_model": True}).register_model


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({}, "neither"),
        ({"precision": None}, "neither"),
        ({"precision": 0.9, "recall": 0.9}, "Both"),
    ],
)
def test_a_target_is_one_of_precision_and_recall(target, said):
    problem = problem_with(target=target)
    assert problem.field == "target"
    assert said in problem.problem
    assert '{"precision": 0.95}' in problem.remedy


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_only_a_binary_task_has_a_label_that_a_target_is_for(task):
    problem = problem_with(task=task, target={"precision": 0.95})
    assert problem.field == "target"
    assert task in problem.problem and "binary" in problem.problem
    assert parsed(WALK_THROUGH | {"task": "binary", "target": {"recall": 0.9}})


def test_a_target_and_a_metric_of_other_tasks_do_not_go_together():
    problem = problem_with(main_metric="rmse", target={"precision": 0.95})
    assert problem.field == "target"
    assert "rmse" in problem.problem
    assert parsed(WALK_THROUGH | {"main_metric": "f1", "target": {"precision": 0.95}})


@pytest.mark.parametrize("models", [["m"], [{"id": "m", "method": "frozen"}]])
def test_a_prompt_without_a_model_to_ask_is_refused(models):
    problem = problem_with(models=models, prompt={"instruction": "Is it spam?"})
    assert problem.field == "prompt"
    assert '"method": "prompt"' in problem.remedy


@pytest.mark.parametrize(
    "models",
    [
        ["m", {"id": "m", "method": "prompt"}],
        {"search": {"task": "text-generation", "method": "prompt"}},
    ],
)
def test_a_prompt_is_for_models_that_are_listed_or_searched(models):
    request = parsed(WALK_THROUGH | {"models": models, "prompt": {"instruction": " Is it spam?\n"}})
    assert request.prompt.instruction == "Is it spam?"
