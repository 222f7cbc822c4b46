"""Which task the labels imply, why, and how the labels of each task are encoded."""

import numpy as np
import pytest

from labelling.label_values import LabelValues
from labelling.labels import encode_labels
from source.data_problems import DataError


def encode(train, *, names=None, test=None, **wanted):
    """The labels of one column, or of several; and each split's."""
    splits = {
        split: LabelValues(
            values if isinstance(values, dict) else {"mood": values},
            {"mood": names} if names else {},
        )
        for split, values in {"train": train, "test": test}.items()
        if values is not None
    }
    return encode_labels(splits, **wanted)


def problems_of(train, **wanted):
    with pytest.raises(DataError) as caught:
        encode(train, **wanted)
    assert all(problem.remedy for problem in caught.value.problems)
    return [(problem.field, problem.problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("values", "task", "reason"),
    [
        (["a", "b", "a"], "binary", "The column 'mood' has 2 different labels."),
        ([0, 1, 2], "multiclass", "The column 'mood' has 3 different labels."),
        ([True, False], "binary", "The column 'mood' has 2 different labels."),
        # A column of integers with gaps is stored as one of fractions.
        ([1.0, 2.0, 3.0], "multiclass", "The column 'mood' has 3 different labels."),
        ([1.0, 2.5], "regression", "The column 'mood' has numbers with fractions, as 2.5."),
        (["1", "2.5"], "regression", "The column 'mood' has numbers with fractions, as 2.5."),
        (["-0.25", "1e3"], "regression", "The column 'mood' has numbers with fractions, as -0.25."),
        (["3.11", "python"], "binary", "The column 'mood' has 2 different labels."),
        ([[0], [1, 2]], "multilabel", "The column 'mood' holds lists of labels."),
        ([[], ["a"], ["b"]], "multilabel", "The column 'mood' holds lists of labels."),
    ],
)
def test_the_task_is_inferred_from_the_labels(values, task, reason):
    labels, _ = encode(values)
    assert (labels.task, labels.task_reason) == (task, reason)


def test_a_delimiter_makes_several_labels():
    labels, sets = encode(["b|a", "", " c ", "a||a", None], delimiter="|")
    assert (labels.task, labels.names, labels.positive) == ("multilabel", ["a", "b", "c"], None)
    assert labels.task_reason == "The column 'mood' holds labels with '|' between them."
    assert sets["train"] == [[0, 1], [], [2], [0], []]


@pytest.mark.parametrize("no, yes", [(0, 1), (False, True), ("0", "1"), (0.0, 1.0), ("no", "no")])
def test_columns_of_0_and_1_are_labels_in_their_order(no, yes):
    columns = {"toxic": [yes, no, yes], "insult": [no, no, yes]}
    if no == "no":
        ((field, problem),) = problems_of(columns)
        assert (field, "'toxic' is to hold 0 and 1, but train has 'no'" in problem) == (
            "label",
            True,
        )
        return
    labels, sets = encode(columns)
    assert (labels.task, labels.names) == ("multilabel", ["toxic", "insult"])
    assert labels.task_reason == "The labels are 2 columns of 0 and 1."
    assert sets["train"] == [[0], [], [0, 1]]


def test_lists_contain_label_names_and_may_be_empty():
    labels, sets = encode([[2, 0], [], [2, 2]], names=["joy", "fear", "awe"], test=[[0]])
    assert labels.names == ["joy", "awe"]
    assert sets == {"train": [[0, 1], [], [1]], "test": [[0]]}


def test_numbers_in_lists_are_in_the_order_of_their_size():
    labels, sets = encode([[10, 9], [1]])
    assert (labels.names, sets["train"]) == (["1", "9", "10"], [[1, 2], [0]])


@pytest.mark.parametrize(
    ("values", "numbers"),
    [([1, 2, 3], [1, 2, 3]), (["1", "2.5", "-3e2"], [1, 2.5, -300]), ([0.5, 1, 0.0], [0.5, 1, 0])],
)
def test_numbers_are_to_be_predicted_when_the_request_says_so(values, numbers):
    labels, found = encode(values, task="regression", test=["7"])
    assert (labels.task, labels.task_reason) == ("regression", "The request says so.")
    assert (labels.names, labels.positive) == ([], None)
    assert found["train"].dtype == np.float64
    assert (found["train"].tolist(), found["test"].tolist()) == (numbers, [7.0])


def test_the_request_may_take_two_classes_as_several_and_fractions_as_classes():
    two, _ = encode(["a", "b"], task="multiclass")
    assert (two.task, two.positive) == ("multiclass", None)
    versions, classes = encode(["3.10", "3.9", "3.10"], task="binary")
    assert (versions.names, classes["train"].tolist()) == (["3.10", "3.9"], [0, 1, 0])


@pytest.mark.parametrize(
    ("values", "task", "delimiter", "problem"),
    [
        (["a", "b", "c"], "binary", None, "The column 'mood' has 3 different labels."),
        (["a", "b"], "multilabel", None, "The column 'mood' has one label per row."),
        ([["a"], ["b"]], "binary", None, "The column 'mood' holds lists of labels."),
        ([["a"], ["b"]], "regression", None, "The column 'mood' holds lists of labels."),
        (["a|b"], "multiclass", "|", "The column 'mood' holds labels with '|' between them."),
        ({"a": [0], "b": [1]}, "binary", None, "The labels are 2 columns of 0 and 1."),
    ],
)
def test_a_task_that_the_column_cannot_serve_is_refused(values, task, delimiter, problem):
    found = problems_of(values, task=task, delimiter=delimiter)
    assert found == [("task", f"The task cannot be {task}: {problem}")]


@pytest.mark.parametrize("value", ["good", True, "inf", [1], float("inf")])
def test_a_label_that_is_not_a_number_cannot_be_predicted(value):
    ((field, _),) = problems_of([1.5, value, 2.5], task="regression")
    assert field == "task"


def test_a_label_that_is_not_a_number_is_reported_with_its_split():
    ((field, problem),) = problems_of([1.5, 2.5], test=["much"])
    assert (field, problem) == (
        "label",
        "The column 'mood' has values in test that are not numbers: 'much'.",
    )


@pytest.mark.parametrize("missing", [None, float("nan"), "", " "])
def test_numbers_that_are_missing_are_counted_and_found(missing):
    assert problems_of([1.5, missing, 2.5]) == [
        ("label", "1 row of train has no label; the first, counted from 0: 1.")
    ]


def test_one_number_is_too_few():
    ((_, problem),) = problems_of([2.5, 2.5])
    assert problem == "All training rows have the same label, 2.5."


def test_a_row_without_a_list_has_no_label():
    assert problems_of([["a"], None, ["b"]]) == [
        ("label", "1 row of train has no label; the first, counted from 0: 1.")
    ]
    assert problems_of({"a": [0, None], "b": [1, 1]}) == [
        ("label", "1 row of train has no label; the first, counted from 0: 1."),
        ("label", "The training rows have 1 different labels, but two are needed."),
    ]


def test_a_label_that_only_test_has_is_named():
    assert problems_of([["a"], ["b"]], test=[["a", "c"]]) == [
        ("label", "The test split has labels that train lacks: 'c'.")
    ]
    columns = {"a": [0, 1], "b": [1, 1], "c": [0, 0]}
    assert problems_of(columns, test={"a": [1], "b": [0], "c": [1]}) == [
        ("label", "The test split has labels that train lacks: 'c'.")
    ]


@pytest.mark.parametrize("odd", [{"a": 1}, [None], [["a"]], [b"a"], [" "]])
def test_a_value_that_is_not_a_list_of_labels_is_refused(odd):
    ((field, problem),) = problems_of([["a"], ["b"], odd])
    assert (field, "holds no labels in train but" in problem) == ("label", True)


def test_a_number_in_a_list_without_a_declared_name_is_refused():
    ((field, problem),) = problems_of([[0], [1, 2]], names=["a", "b"])
    assert (field, "holds no labels in train but [2]" in problem) == ("label", True)


def test_labels_that_hardly_recur_are_refused_with_an_alternative_task():
    with pytest.raises(DataError, match="30 different labels") as caught:
        encode(list(range(30)))
    assert '"task": "regression"' in caught.value.problems[0].remedy
    ((_, problem),) = problems_of([[f"a {number}", f"b {number}"] for number in range(15)])
    assert problem == "The 30 labels of train have 30 different labels."


@pytest.mark.parametrize("values", [[0.5, 1.5], [["a"], ["b"]], ["a", "b", "c"]])
def test_only_two_classes_have_a_positive_one(values):
    assert [field for field, _ in problems_of(values, positive="a")] == ["positive_label"]


def test_lists_that_are_all_missing_make_a_split_unlabelled():
    assert LabelValues({"mood": [None, None]}).is_unlabelled
    assert not LabelValues({"mood": [[], []]}).is_unlabelled
    assert LabelValues({"a": [-1], "b": [-1]}).is_unlabelled
    assert not LabelValues({"a": [-1], "b": [1]}).is_unlabelled


@pytest.mark.parametrize("values", [[["a|b"], ["c"]], {"a": [0, 1], "b": [1, 0]}])
def test_only_texts_are_split_at_a_delimiter(values):
    ((field, problem),) = problems_of(values, delimiter="|")
    assert (field, "are not texts that can be split" in problem) == ("label_delimiter", True)
