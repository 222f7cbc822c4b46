"""Which train rows a prompt shows."""

import numpy as np
import pytest

from prompting.examples_of_kind import TrainRows, examples_of_kind, kinds_of_examples
from scoring.task import Task

FILMS = [("a film of the sea",), ("a plot of the moon",), ("music of the sea",), ("one moon",)]
BINARY = Task("binary", ("bad", "good"), 1)


def kinds(task, labels, number=None, *, rows=FILMS, has_words=True):
    train = TrainRows(rows, np.array(labels), [f"answer {label}" for label in labels])
    found = kinds_of_examples(task, train, number, 42, has_words=has_words)
    return {(each.kind, each.number): each for each in found}


def test_none_few_and_more_are_tried_the_same_for_all_and_the_nearest():
    rows = [(f"film {number}",) for number in range(20)]
    found = kinds(BINARY, [0, 1] * 10, rows=rows)
    assert [*found] == [
        ("none", 0),
        ("balanced", 4),
        ("balanced", 8),
        ("nearest", 4),
        ("nearest", 8),
    ]


@pytest.mark.parametrize(
    ("number", "has_words", "wanted"),
    [
        (0, True, [("none", 0)]),
        (3, True, [("balanced", 3), ("nearest", 3)]),
        (99, True, [("balanced", 4), ("nearest", 4)]),
        (None, False, [("balanced", 4), ("nearest", 4)]),
    ],
)
def test_the_request_the_labels_and_train_limit_them(number, has_words, wanted):
    assert [*kinds(BINARY, [0, 1, 0, 1], number, has_words=has_words)] == wanted


def test_balanced_examples_have_as_many_labels_as_possible():
    rows = [(f"film {number}",) for number in range(12)]
    task = Task("multiclass", ("a", "b", "c"), None)
    labels = [0] * 10 + [1, 2]
    found = kinds(task, labels, 4, rows=rows)["balanced", 4]
    answers = [example.answer for example in found.pool]
    assert sorted(answers) == ["answer 0", "answer 0", "answer 1", "answer 2"]
    assert found.of([["x"], ["y"]]) == [found.pool, found.pool]


def test_balanced_examples_of_a_regression_reach_from_the_lowest_to_the_highest():
    task = Task("regression", (), None)
    found = kinds(task, [3.0, 1.0, 2.0, 9.0], 3)["balanced", 3]
    assert {"answer 1.0", "answer 9.0"} < {example.answer for example in found.pool}


def test_the_nearest_share_words_with_the_text_and_the_nearest_of_all_is_last():
    nearest = kinds(BINARY, [0, 1, 0, 1], 2)["nearest", 2]
    [found] = nearest.of([["the moon has a plot of its own"]])
    assert [example.texts for example in found] == [("one moon",), ("a plot of the moon",)]
    again = examples_of_kind("nearest", nearest.pool, 2)
    assert again.of([["the moon has a plot of its own"]]) == [found]
