"""Data sets of test rows alone, for models that learn from no row."""

import pytest

from bakeoff.request.resolved import resolve
from tests.support.refusals import problem_with
from tests.support.run_samples import RUN, WALK_THROUGH, parsed, settings_with

ZERO_SHOT = {"id": "m", "method": "zeroshot"}
PROMPT = {"id": "m", "method": "prompt"}
TEST_ALONE = {"test": "s3://bucket/test.csv"}


def asked(**changes):
    return parsed(WALK_THROUGH | {"models": [ZERO_SHOT], "dataset": TEST_ALONE} | changes)


def without_baselines():
    return {name: value for name, value in WALK_THROUGH.items() if name != "baselines"}


def test_test_rows_alone_will_do_for_models_that_learn_from_none():
    request = parsed(without_baselines() | {"models": [ZERO_SHOT], "dataset": TEST_ALONE})
    resolved = resolve(request, RUN, settings_with())
    # There is nothing to train baselines on.
    assert [each.method for each in resolved.candidates] == ["zeroshot"]
    assert resolved.dataset.id == "s3://bucket/test.csv"
    assert resolved.dataset.files is not None
    assert resolved.dataset.files.train is None
    assert asked(models={"search": {"method": "zeroshot"}}, baselines=False)
    assert asked(models=[ZERO_SHOT, PROMPT])
    assert asked(dataset=TEST_ALONE | {"validation": "s3://bucket/some.csv"})


@pytest.mark.parametrize("models", [["m"], [ZERO_SHOT, {"id": "m", "method": "frozen"}]])
def test_a_model_that_learns_needs_training_rows(models):
    problem = problem_with(models=models, dataset=TEST_ALONE)
    assert problem.field == "dataset.train"
    assert '"train" with an S3 URI' in problem.remedy and "zeroshot" in problem.remedy


def test_baselines_need_training_rows():
    problem = problem_with(models=[ZERO_SHOT], dataset=TEST_ALONE, baselines=True)
    assert problem.field == "baselines"
    assert "Leave out baselines" in problem.remedy


def test_a_learning_curve_needs_training_rows():
    problem = problem_with(models=[ZERO_SHOT], dataset=TEST_ALONE, learning_curve=True)
    assert problem.field == "learning_curve"
    assert "Leave it out" in problem.remedy


@pytest.mark.parametrize("models", [[ZERO_SHOT, PROMPT], {"search": {"method": "zeroshot"}}])
def test_a_learning_curve_needs_a_candidate_that_learns_from_rows(models):
    wanted = {"dataset": "stanfordnlp/imdb", "learning_curve": True}
    problem = problem_with(models=models, baselines=False, **wanted)
    assert problem.field == "learning_curve"
    assert "zeroshot" in problem.problem and "the baselines" in problem.remedy
    assert asked(models=models, **wanted)
    assert asked(models=["m", ZERO_SHOT], baselines=False, **wanted)


def test_validation_rows_alone_are_no_data_set():
    problem = problem_with(models=[ZERO_SHOT], dataset={"validation": "s3://bucket/some.csv"})
    assert problem.field == "dataset"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (
            {"models": [PROMPT | {"hyperparameters": {"prompt_examples": 4}}]},
            "models[0].hyperparameters.prompt_examples",
        ),
        (
            {"models": [PROMPT, ZERO_SHOT], "hyperparameters": {"prompt_examples": 4}},
            "hyperparameters.prompt_examples",
        ),
        (
            {
                "models": {"search": {"method": "prompt"}},
                "hyperparameters": {"prompt_examples": 4},
            },
            "hyperparameters.prompt_examples",
        ),
    ],
)
def test_prompts_cannot_show_examples_of_no_training_rows(changes, field):
    problem = problem_with(dataset=TEST_ALONE, **changes)
    assert problem.field == field
    assert "Leave it out" in problem.remedy


def test_a_model_s_own_number_of_examples_counts():
    own = PROMPT | {"hyperparameters": {"prompt_examples": 0}}
    assert asked(models=[own], hyperparameters={"prompt_examples": 4})
    # Models that are not asked show none.
    assert asked(models=[ZERO_SHOT], hyperparameters={"prompt_examples": 4})
