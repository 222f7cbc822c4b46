"""Labels that could be read in two ways: each is read as it is meant, with a note, or refused."""

import json

import numpy as np
import pytest

from labelling import label_problems
from labelling.label_values import LabelValues
from labelling.labels import encode_labels
from source.data_problems import DataError


def encode(train, *, test=None, class_names=None, **wanted):
    named = {"mood": class_names} if class_names else {}
    splits = {"train": LabelValues({"mood": train}, named)}
    if test is not None:
        splits["test"] = LabelValues({"mood": test}, named)
    return encode_labels(splits, **wanted)


def names_of_rows(train, **wanted):
    labels, found = encode(train, **wanted)
    return [[labels.names[number] for number in row] for row in found["train"]]


def problem_of(train, **wanted):
    with pytest.raises(DataError) as caught:
        encode(train, **wanted)
    (problem,) = caught.value.problems
    return problem


VECTORS = [[0, 1, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1]]
APPLY = [["1"], ["0", "1"], [], ["2"]]


@pytest.mark.parametrize(
    "write",
    [
        list,
        lambda row: [bool(flag) for flag in row],
        lambda row: [float(flag) for flag in row],
        lambda row: [str(flag) for flag in row],
        json.dumps,
        str,
    ],
)
def test_lists_of_0_and_1_are_labels_by_their_position(write):
    rows = [write(row) for row in VECTORS]
    assert names_of_rows(rows) == APPLY
    labels, _ = encode(rows)
    assert labels.task == "multilabel"
    assert labels.notes[-1] == (
        "The lists in 'mood' have 3 values of 0 and 1, so they were read as one label for each "
        "position: '0', '1', '2'."
    )


def test_delimited_0_and_1_are_labels_by_their_position():
    rows = [" ".join(map(str, row)) for row in VECTORS]
    assert names_of_rows(rows, delimiter=" ") == APPLY


def test_the_request_may_name_the_positions():
    names = ["joy", "awe", "fear"]
    assert names_of_rows(VECTORS, label_names=names) == [["awe"], ["joy", "awe"], [], ["fear"]]
    assert problem_of(VECTORS, label_names=["joy", "awe"]).field == "label_names"
    assert problem_of([["joy"], ["awe"]], label_names=names).field == "label_names"


@pytest.mark.parametrize("task", ["multiclass", "binary"])
@pytest.mark.parametrize("write", [list, json.dumps])
def test_one_1_in_every_list_is_a_single_label_if_the_request_says_so(task, write):
    width = 2 if task == "binary" else 3
    rows = [[int(place == n % width) for place in range(width)] for n in range(6)]
    written = [write(row) for row in rows]
    labels, found = encode(written, task=task)
    assert (labels.task, labels.names) == (task, [str(place) for place in range(width)])
    assert found["train"].tolist() == [n % width for n in range(6)]
    several, _ = encode(written)
    assert several.task == "multilabel"
    assert '"task": "multiclass"' in several.notes[-1]


def test_every_split_must_have_such_lists():
    problem = problem_of(VECTORS, test=[[0, 1, 0], [0, 1]])
    assert "row 1 of test, counted from 0, has [0, 1]" in problem.problem


@pytest.mark.parametrize("odd", [[0, 1], []])
@pytest.mark.parametrize(
    ("write", "wanted"), [(list, {}), (lambda row: ",".join(map(str, row)), {"delimiter": ","})]
)
def test_one_list_of_another_length_does_not_turn_0_and_1_into_names(odd, write, wanted):
    rows = [write(row) for row in [*VECTORS, odd]]
    problem = problem_of(rows, **wanted).problem
    assert "4 of 5 in train have 3, but row 4, counted from 0, has" in problem


def test_lists_of_names_stay_lists_of_names():
    assert names_of_rows([[0], [1], [0, 1], []]) == [["0"], ["1"], ["0", "1"], []]
    assert names_of_rows([[1, 2], [3, 4]]) == [["1", "2"], ["3", "4"]]
    assert names_of_rows([[0], [1], [0]]) == [["0"], ["1"], ["0"]]
    assert names_of_rows([[0, 1], [1, 0]], class_names=["a", "b"]) == [["a", "b"]] * 2


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([[0.2, 0.8], [1.0, 0.0]], "soft labels"),
        (["[0.2, 0.8]", "[1.0, 0.0]"], "soft labels"),
        ([[-1.5, 0.8], [1.0, 0.0]], "scores with fractions"),
        ([[3, 0, 0], [1, 2, 0]], "counts or scores"),
    ],
)
def test_a_number_for_each_label_is_refused_by_name(rows, what):
    problem = problem_of(rows)
    assert (problem.field, what in problem.problem) == ("label", True)
    assert "0 and 1" in problem.remedy


NAMES = [["sport", "tech"], ["sport"], [], ["it's"]]


@pytest.mark.parametrize("write", [json.dumps, str, lambda row: str(tuple(row))])
@pytest.mark.parametrize("delimiter", [None, ",", "; "])
def test_lists_written_as_text_are_read_as_lists(write, delimiter):
    rows = [write(row) for row in NAMES]
    assert names_of_rows(rows, delimiter=delimiter) == [sorted(row) for row in NAMES]
    (note,) = encode(rows, delimiter=delimiter)[0].notes
    assert note.startswith("The labels in 'mood' are lists written as text, such as ")


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        (["['sport', 'tech']", "sport"], "1 of 2 rows of train have no list that can be read; the"),
        # As numpy prints it; Python would read the two names as one.
        (["['sport' 'tech']", "['sport']"], "the first is row 0, counted from 0"),
        (["[0 1 0]", "[1 0 0]"], "look like lists, but 2 of 2 rows"),
        (["[sport, tech]", "[sport]"], "look like lists, but 2 of 2 rows"),
        (["[" * 50_000 + "]", "[]"], "the first is row 0"),
    ],
)
def test_texts_of_which_only_some_are_lists_are_refused_with_the_first_row(rows, place):
    problem = problem_of(rows)
    assert place in problem.problem
    assert "label_delimiter" in problem.remedy


def test_a_list_of_another_split_that_cannot_be_read_is_reported_with_its_row():
    problem = problem_of(["['a']", "['b']"], test=["['a']", "a"])
    assert "row 1 of test, counted from 0, has 'a'" in problem.problem


@pytest.mark.parametrize(
    ("rows", "delimiter"),
    [
        (["[sport, tech]", "[sport]", "[]"], ","),
        (["'sport', 'tech'", "'sport'", None], ","),
        (['"sport";"tech"', '"sport"', ""], ";"),
    ],
)
def test_names_between_delimiters_lose_brackets_and_quotes(rows, delimiter):
    assert names_of_rows(rows, delimiter=delimiter) == [["sport", "tech"], ["sport"], []]


def test_names_in_brackets_are_names():
    assert encode(["[INST]", "[OTHER]"])[0].names == ["[INST]", "[OTHER]"]
    assert encode(["['a']", "['b']"], task="binary")[0].names == ["['a']", "['b']"]


def test_numbers_with_decimal_commas_are_numbers():
    labels, found = encode(["3,5", "2,25", "1", "4,5"], test=["0,125"])
    assert (labels.task, found["train"].tolist()) == ("regression", [3.5, 2.25, 1.0, 4.5])
    assert found["test"].tolist() == [0.125]
    assert labels.notes == ["The numbers in 'mood' have decimal commas: 2,25 was read as 2.25."]
    assert encode(["3,5", "2,25"], task="binary")[0].names == ["2,25", "3,5"]


@pytest.mark.parametrize("rows", [["1,234", "2,345"], ["1.234,5", "2,5"], ["1,234.5", "2,5"]])
def test_commas_that_may_separate_digits_are_refused(rows):
    problem = problem_of(rows)
    assert (problem.field, "groups of digits" in problem.problem) == ("label", True)
    assert "decimal point" in problem.remedy


@pytest.mark.parametrize("comma", [".", ","])
def test_codes_that_would_merge_as_numbers_stay_texts(comma):
    codes = [code.replace(".", comma) for code in ("1.1", "1.10", "2.3")]
    labels, _ = encode(codes)
    assert (labels.task, labels.names) == ("multiclass", codes)
    assert "would be the same" in " ".join([labels.task_reason, *labels.notes])
    assert encode(codes, task="regression")[1]["train"].tolist() == [1.1, 1.1, 2.3]


@pytest.mark.parametrize("as_list", [False, True])
def test_labels_that_differ_only_in_spelling_are_counted_in_a_note(as_list):
    rows = ["Sport"] * 3 + ["sport", " sport", "tech", "caf\u00e9", "cafe\u0301", "1", "1.0"]
    (note,) = encode([[row] for row in rows] if as_list else rows)[0].notes
    assert "'Sport' (3 rows)" in note and "'sport' (1 rows)" in note and "' sport' (1" in note
    # Both would look the same.
    assert r"'caf\xe9' (1 rows)" in note and r"'cafe\u0301' (1 rows)" in note
    assert "'1' (1 rows)" in note and "'1.0' (1 rows)" in note
    assert "tech" not in note


def test_a_label_that_train_writes_otherwise_is_named_with_that_one():
    assert "'Good' may be 'good' of train" in problem_of(["good", "bad"], test=["Good"]).remedy


@pytest.mark.parametrize("label", [10**400, -(10**400), 1e308, 2e15])
def test_a_number_beyond_what_models_can_learn_is_refused_with_its_row(label):
    problem = problem_of([1.5, label, 2.5], task="regression")
    assert problem.field == "label"
    assert "beyond 1e+15" in problem.problem and "row 1, counted from 0" in problem.problem


def test_numbers_that_hardly_differ_are_refused():
    assert "standard deviation" in problem_of([1e-30, 2e-30, 3e-30]).problem


def test_labels_that_explode_are_refused_with_the_limit(monkeypatch):
    assert "A label has 1,001 characters" in problem_of(["x" * 1001, "y"]).problem
    assert "A label has 1,001 characters" in problem_of([["x" * 1001], ["y"]]).problem
    monkeypatch.setattr(label_problems, "MAX_LABELS", 3)
    assert "at most 3" in problem_of(["a", "b", "c", "d"]).problem


def test_rows_are_counted_in_the_source_where_some_were_left_out():
    labels = LabelValues({"mood": ["[1, 0]", "[0, 1]", "no", "[1, 1]"]}).take(np.array([1, 2, 3]))
    with pytest.raises(DataError, match="the first is row 2, counted from 0"):
        encode_labels({"train": labels})


@pytest.mark.parametrize("odd", ["a", 1.5, {"a": 1}])
def test_a_value_that_is_no_number_of_a_named_class_is_refused(odd):
    problem = problem_of([0, 1, odd], class_names=["a", "b"], task="multiclass")
    assert (problem.field, "holds no labels in train" in problem.problem) == ("label", True)
