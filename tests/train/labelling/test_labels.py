"""From labels as they come to classes, and what labels may not be."""

import numpy as np
import pytest

from labelling.label_values import LabelValues
from labelling.labels import encode_labels
from source.data_problems import DataError


def raw(values, class_names=None):
    named = {"label": class_names} if class_names else {}
    return LabelValues({"label": values}, named)


def encode(train, positive=None, **others):
    splits = {split: raw(values) for split, values in {"train": train, **others}.items()}
    return encode_labels(splits, positive=positive)


def problems_of(train, positive=None, **others):
    with pytest.raises(DataError) as caught:
        encode(train, positive, **others)
    assert all(problem.remedy for problem in caught.value.problems)
    return [(problem.field, problem.problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        pytest.param(["pos", "neg"], ["neg", "pos"], id="texts"),
        pytest.param([1, 0], ["0", "1"], id="integers"),
        pytest.param([1.0, 0.0], ["0", "1"], id="integers of a column with gaps"),
        pytest.param([True, False], ["false", "true"], id="booleans"),
        pytest.param(["True", "False"], ["False", "True"], id="booleans of a CSV"),
        pytest.param(["10", "9", "-1"], ["-1", "9", "10"], id="numbers by their size"),
        pytest.param(["10", "9", "x"], ["10", "9", "x"], id="the alphabet"),
        pytest.param(["1", "01"], ["01", "1"], id="the same number written twice"),
        pytest.param(["²", "1"], ["1", "²"], id="a digit that is no number"),
        pytest.param(["--1", "-"], ["-", "--1"], id="dashes"),
        pytest.param(["NA", "None", "null"], ["NA", "None", "null"], id="words for nothing"),
        pytest.param(["nan", "inf", "1"], ["1", "inf", "nan"], id="words for no number"),
        pytest.param(["python", "3.11"], ["3.11", "python"], id="a fraction among texts"),
        pytest.param(["1.0", "2.0", "10.0"], ["1.0", "2.0", "10.0"], id="whole, with a point"),
    ],
)
def test_every_value_is_a_class_of_its_own(values, names):
    labels, classes = encode(values)
    assert labels.names == names
    # What a row's class is called is what the row said.
    names_of_rows = [labels.names[number] for number in classes["train"]]
    assert names_of_rows == [_as_name(value) for value in values]


def _as_name(value):
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_the_classes_of_other_splits_are_those_of_train():
    _, classes = encode(["a", "b", "c"], validation=["c"], test=["b", "a"])
    assert {split: values.tolist() for split, values in classes.items()} == {
        "train": [0, 1, 2],
        "validation": [2],
        "test": [1, 0],
    }
    assert classes["test"].dtype == np.int64


def test_two_labels_are_binary_and_the_second_is_positive_unless_another_is_named():
    two, three = encode(["a", "b"])[0], encode(["a", "b", "c"])[0]
    assert (two.task, two.positive) == ("binary", "b")
    assert encode(["a", "b"], "a")[0].positive == "a"
    assert (three.task, three.positive) == ("multiclass", None)


def test_declared_names_keep_their_order_and_those_without_rows_are_left_out():
    labels, classes = encode_labels({"train": raw([2, 0, 2], ["z", "y", "a"])})
    assert (labels.names, classes["train"].tolist()) == (["z", "a"], [1, 0, 1])


def test_each_split_is_read_with_its_own_names():
    splits = {
        "train": raw([0, 1], ["neg", "pos"]),
        "validation": raw([0, 1], ["pos", "neg"]),
        "test": raw(["pos", "neg"]),
    }
    _, classes = encode_labels(splits)
    assert classes["validation"].tolist() == [1, 0]
    assert classes["test"].tolist() == [1, 0]


@pytest.mark.parametrize("missing", [None, "", "  ", float("nan")])
def test_missing_labels_are_counted_and_found(missing):
    (problem,) = problems_of(["a", missing, "b", missing])
    assert problem == ("label", "2 rows of train have no label; the first, counted from 0: 1, 3.")


def test_a_declared_label_of_minus_one_is_none():
    with pytest.raises(
        DataError, match="1 row of train has no label; the first, counted from 0: 1"
    ):
        encode_labels({"train": raw([0, -1, 1], ["a", "b"])})


def test_a_number_without_a_declared_name_is_refused():
    with pytest.raises(DataError, match="train has the label 2, but names for 0 to 1 alone"):
        encode_labels({"train": raw([0, 1, 2], ["a", "b"])})


@pytest.mark.parametrize("value", [{"a": 1}, b"a"])
def test_a_value_that_is_neither_text_nor_number_is_not_a_label(value):
    ((field, problem),) = problems_of(["a", value])
    assert field == "label"
    assert "holds no labels in train but " in problem


def test_one_class_is_too_few():
    ((_, problem),) = problems_of(["a", "a"])
    assert problem == "All training rows have the same label, 'a'."


def test_a_label_that_train_lacks_is_named_with_its_split():
    problems = problems_of(["a", "b"], validation=["d"], test=["c", "a"])
    assert problems == [
        ("label", "The validation split has labels that train lacks: 'd'."),
        ("label", "The test split has labels that train lacks: 'c'."),
    ]


def test_texts_that_hardly_recur_are_no_classes():
    ((_, problem),) = problems_of([f"text {number}" for number in range(30)])
    assert problem == "The 30 training rows have 30 different labels."


def test_a_wrong_positive_label_is_reported_with_the_labels():
    with pytest.raises(DataError) as caught:
        encode(["a", "b"], "c")
    (problem,) = caught.value.problems
    assert problem.field == "positive_label"
    assert problem.remedy == "The labels are: 'a', 'b'."
    ((field, problem),) = problems_of(["a", "b", "c"], "a")
    assert (field, problem.startswith("There are 3 labels")) == ("positive_label", True)


def test_all_problems_are_reported_at_once():
    problems = problems_of(["a", None, "b"], "c", test=["a", ""])
    assert [field for field, _ in problems] == ["label", "label", "positive_label"]


@pytest.mark.parametrize(
    ("values", "unlabelled"),
    [([-1, -1], True), ([None, None], True), ([-1, 0], False), (["-1"], False), ([], False)],
)
def test_only_a_split_without_any_label_is_unlabelled(values, unlabelled):
    assert raw(values).is_unlabelled is unlabelled


@pytest.mark.parametrize(
    ("names", "delimiter"),
    [
        (["a|b", "a", "b", "b|c", "c"], "|"),
        (["red, blue", "red", "blue"], ","),
        (["Albany, NY", "Buffalo, NY", "Reno, NV"], None),
        (["yes, please", "no, thanks"], None),
        (["a|", "a", "b|"], None),
        (["positive", "negative"], None),
    ],
)
def test_labels_that_seem_to_be_several_are_noted(names, delimiter):
    labels, _ = encode_labels({"train": raw(names * 2)})

    hints = [note for note in labels.notes if "label_delimiter" in note]
    assert [f'"label_delimiter": "{delimiter}"' in note for note in hints] == (
        [True] if delimiter else []
    )


def test_whoever_states_the_task_is_not_told_that_labels_seem_to_be_several():
    rows = raw(["a|b", "a", "b", "b|c", "c"] * 2)
    assert encode_labels({"train": rows}, task="multiclass")[0].notes == []


def test_a_missing_label_among_labels_that_seem_joined_is_answered_with_the_delimiter():
    with pytest.raises(DataError) as caught:
        encode_labels({"train": raw(["a|b", "a", "b", "b|c", "c", ""])})
    assert '"label_delimiter": "|"' in caught.value.problems[0].remedy
