"""Methods that go by the labels' names, and descriptions of labels."""

import pytest

from tests.support.refusals import problem_with
from tests.support.run_samples import WALK_THROUGH, parsed

ZERO_SHOT = {"id": "m", "method": "zeroshot"}


def asked(**changes):
    return parsed(WALK_THROUGH | {"models": [ZERO_SHOT]} | changes)


def test_a_request_may_say_what_labels_mean():
    described = {"0": "praise", "C17": "a complaint about the price"}
    assert asked(label_descriptions=described).label_descriptions == described
    assert asked().label_descriptions is None


@pytest.mark.parametrize(
    ("changes", "field", "remedy"),
    [
        ({"label_descriptions": []}, "label_descriptions", "object of 1 to 1,000 members"),
        ({"label_descriptions": {}}, "label_descriptions", "object of 1 to 1,000 members"),
        ({"label_descriptions": {"a": 1}}, "label_descriptions.a", "text of at most 500"),
        ({"label_descriptions": {"a": None}}, "label_descriptions.a", "text of at most 500"),
        ({"label_descriptions": {"a": " "}}, "label_descriptions.a", "on one line"),
        ({"label_descriptions": {"a": "b\nc"}}, "label_descriptions.a", "on one line"),
        ({"label_descriptions": {"a": "b" * 501}}, "label_descriptions.a", "at most 500"),
        ({"label_descriptions": {"": "b"}}, "label_descriptions", "as in the data set"),
        ({"label_descriptions": {"a" * 257: "b"}}, "label_descriptions", "at most 256"),
        (
            {"label_descriptions": {f"{n}": f"b{n}" for n in range(1001)}},
            "label_descriptions",
            "1 to 1,000 members",
        ),
    ],
)
def test_descriptions_are_short_texts_by_label(changes, field, remedy):
    problem = problem_with(models=[ZERO_SHOT], **changes)
    assert problem.field == field
    assert remedy in problem.remedy


def test_two_labels_cannot_be_described_in_the_same_words():
    problem = problem_with(
        models=[ZERO_SHOT], label_descriptions={"0": "a bill", "1": "praise", "2": "a  bill"}
    )
    assert problem.field == "label_descriptions.2"
    assert '"0"' in problem.problem


def test_descriptions_that_no_model_reads_are_refused():
    problem = problem_with(models=["m"], label_descriptions={"pos": "praise"})
    assert problem.field == "label_descriptions"
    assert '"method": "zeroshot"' in problem.remedy
    found = {"search": {"method": "zeroshot"}}
    assert asked(models=found, label_descriptions={"pos": "praise"})
    language_model = {"id": "m", "method": "prompt"}
    assert asked(models=[language_model], label_descriptions={"0": "praise"})


def test_named_labels_that_are_no_words_are_refused_with_what_to_give():
    problem = problem_with(models=[ZERO_SHOT], label_names=["C17", "spam"])
    assert problem.field == "label_descriptions"
    assert problem.problem.endswith('not words: "C17".')
    assert problem.remedy == 'Say in words what they are: {"C17": "what such a text is about"}.'
    assert asked(label_names=["C17", "spam"], label_descriptions={"C17": "a bill"})
    assert asked(models=["m"], label_names=["C17", "spam"])


def test_labels_that_are_columns_are_known_too():
    problem = problem_with(models=[ZERO_SHOT], label=["1", "2"], main_metric=None)
    assert problem.field == "label_descriptions"


def test_a_description_of_no_label_is_refused():
    problem = problem_with(
        models=[ZERO_SHOT], label_names=["spam", "ham"], label_descriptions={"han": "a letter"}
    )
    assert problem.field == "label_descriptions.han"
    assert '"spam", "ham"' in problem.remedy


@pytest.mark.parametrize(
    ("models", "field"),
    [
        (["m", ZERO_SHOT], "models[1].method"),
        ({"search": {"method": "zeroshot"}}, "models.search.method"),
        ({"include": ["m", ZERO_SHOT]}, "models.include[1].method"),
    ],
)
def test_numbers_to_predict_have_no_names_to_go_by(models, field):
    problem = problem_with(models=models, task="regression", main_metric=None)
    assert problem.field == field
    assert "regression" in problem.problem and "frozen" in problem.remedy


def test_it_is_trained_once_and_has_no_learning_rate():
    problem = problem_with(models=[ZERO_SHOT | {"hyperparameters": {"epochs": 3}}])
    assert problem.field == "models[0].hyperparameters.epochs"
    settings = {"hyperparameters": {"max_length": 64, "eval_batch_size": 8}}
    assert asked(models=[ZERO_SHOT | settings])


@pytest.mark.parametrize(
    "changes",
    [
        {"dataset": {"test": "s3://bucket/test.csv"}},
        {"hyperparameters": {"prompt_examples": 0}},
    ],
)
def test_a_model_that_is_shown_no_example_goes_by_names_too(changes):
    prompt = {"models": [{"id": "m", "method": "prompt"}], "label_names": ["C17", "spam"]}
    problem = problem_with(**prompt, **changes)
    assert problem.field == "label_descriptions"
    assert "The method prompt without examples goes by the names" in problem.problem
    assert asked(**prompt, **changes, label_descriptions={"C17": "a bill"})
    assert asked(**prompt)


def test_without_training_rows_there_is_no_range_of_numbers_to_ask_for():
    changes = {"models": [{"id": "m", "method": "prompt"}], "task": "regression"}
    problem = problem_with(**changes, dataset={"test": "s3://bucket/test.csv"})
    assert problem.field == "models[0].method"
    assert "dataset.train" in problem.remedy
    assert asked(**changes, hyperparameters={"prompt_examples": 0})
