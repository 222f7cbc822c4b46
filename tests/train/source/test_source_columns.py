"""Text and label columns are found by their usual names, or named by the request."""

import pytest

from snapshot.text_and_label import find_columns
from source.data_problems import DataError
from tests.support.memory_rows import memory_rows


def find(columns, text=None, label=None, **others):
    splits = {"train": columns, **others}
    raw = {split: memory_rows({name: ["a"] for name in names}) for split, names in splits.items()}
    found = find_columns(raw, listed(text), listed(label))
    return (*found.texts, *found.labels)


def listed(column):
    return [column] if isinstance(column, str) else column


def problems_of(*arguments, **named):
    with pytest.raises(DataError) as caught:
        find(*arguments, **named)
    return {
        problem.field: f"{problem.problem} {problem.remedy}" for problem in caught.value.problems
    }


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["id", "text", "label"], ("text", "label")),
        (["Review", "Sentiment"], ("Review", "Sentiment")),
        (["text", "title", "label", "category"], ("text", "label")),
        (["label", "Text", "text"], ("text", "label")),
        (["text", "label", "rating", "score"], ("text", "label")),
        (["text", "labels", "labels_text"], ("text", "labels")),
        (["review", "stars", "rating", "sentiment"], ("review", "sentiment")),
        (["review", "rating"], ("review", "rating")),
        (["id", "sentence1", "sentence2", "Score"], ("sentence1", "sentence2", "Score")),
        (["premise", "hypothesis", "label"], ("premise", "hypothesis", "label")),
        (["Hypothesis", "Premise", "label"], ("Premise", "Hypothesis", "label")),
        (["question1", "question2", "label"], ("question1", "question2", "label")),
        (["question", "sentence", "idx", "label"], ("question", "sentence", "label")),
        (["text1", "text2", "label"], ("text1", "text2", "label")),
        (["text_a", "text_b", "label"], ("text_a", "text_b", "label")),
        # A second text without the first is no pair.
        (["sentence2", "sentence", "label"], ("sentence", "label")),
    ],
)
def test_usual_names_are_found(columns, found):
    assert find(columns) == found


def test_named_columns_are_taken_whatever_they_are_called():
    assert find(["a", "b", "text", "label"], "a", "b") == ("a", "b")


def test_without_usual_names_the_columns_are_listed():
    problems = problems_of(["a", "b"])
    assert list(problems) == ["text", "label"]
    assert all("The columns are: 'a', 'b'." in problem for problem in problems.values())


def test_several_usual_names_are_ambiguous():
    problem = problems_of(["sentence", "title", "label"])["text"]
    assert problem.startswith("Several columns could be the text: 'sentence', 'title'.")


def test_a_named_column_that_does_not_exist_is_reported_with_those_that_do():
    problems = problems_of(["text", "label"], "texts", "labels")
    known = "The columns are: 'text', 'label'."
    assert problems["text"] == f"There is no column 'texts'. Did you mean 'text'? {known}"
    assert problems["label"].startswith("There is no column 'labels'.")


def test_a_column_that_another_split_lacks_is_reported_with_the_split():
    problem = problems_of(["text", "label"], test=["text", "y"])["label"]
    assert problem == (
        "The test split has no column 'label', which train has. It has: 'text', 'y'."
    )


def test_one_column_cannot_be_both():
    assert "both text and label" in problems_of(["label"], "label")["label"]


def test_columns_that_are_named_may_be_pairs_and_several_labels():
    found = find(["a", "b", "c", "d", "text", "label"], ["b", "a"], ["d", "c"])
    assert found == ("b", "a", "d", "c")


def test_a_column_named_for_one_role_is_not_considered_for_the_other():
    assert find(["title", "category", "topic"], "category") == ("category", "topic")
    assert find(["text", "title", "y"], None, "text") == ("title", "text")


@pytest.mark.parametrize(
    ("columns", "listed"),
    [
        (
            ["premise", "hypothesis", "sentence1", "sentence2"],
            "'sentence1', 'sentence2', 'premise', 'hypothesis'",
        ),
        (["sentence1", "sentence2", "title"], "'sentence1', 'sentence2', 'title'"),
    ],
)
def test_a_pair_and_another_text_are_ambiguous(columns, listed):
    problem = problems_of([*columns, "label"])["text"]
    assert problem.startswith(f"Several columns could be the text: {listed}.")


def test_several_label_columns_are_ambiguous():
    problem = problems_of(["text", "topic", "intent", "score"])["label"]
    assert problem.startswith("Several columns could be the label: 'topic', 'intent'.")


def test_a_column_is_named_once():
    assert "'text' is named twice" in problems_of(["text", "label"], ["text", "text"])["text"]
    assert "'a' is named twice" in problems_of(["text", "a"], None, ["a", "a"])["label"]


def test_each_column_of_a_pair_is_looked_for_in_every_split():
    problem = problems_of(["text1", "text2", "label"], test=["text1", "label"])["text"]
    assert problem.startswith("The test split has no column 'text2'")
