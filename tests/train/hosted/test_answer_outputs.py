"""Answers as outputs, in which an unusable answer is a wrong one."""

import numpy as np

from hosted.answer_form import Unusable
from hosted.answer_outputs import THRESHOLD, AnswerOutputs, unusable_by_kind
from prompting.answers import Answers
from scoring.task import Task

LOST = Unusable("refused")


def outputs_of(kind, labels, train):
    task = Task(kind, labels, None)
    return task, AnswerOutputs.of(task, Answers.of(task, train, {}), train)


def test_the_given_label_has_the_highest_output():
    _, outputs = outputs_of("multiclass", ("a", "b", "c"), np.array([0, 1, 1, 2]))
    found = outputs.outputs([2, 0], np.array([0, 0]))
    assert found.argmax(axis=1).tolist() == [2, 0]
    assert np.isfinite(found).all()


def test_an_unusable_answer_is_the_most_common_label_that_is_wrong():
    _, outputs = outputs_of("multiclass", ("a", "b", "c"), np.array([0, 0, 1, 1, 1, 2]))
    found = outputs.outputs([LOST, LOST, LOST], np.array([0, 1, 2]))
    assert found.argmax(axis=1).tolist() == [1, 0, 1]


def test_several_labels_are_given_together():
    train = np.array([[1, 0, 1], [0, 0, 1]], dtype=np.float32)
    task, outputs = outputs_of("multilabel", ("a", "b", "c"), train)
    labels = np.array([[1, 0, 1], [0, 0, 0], [1, 0, 0], [0, 0, 0]], dtype=np.float32)
    found = outputs.outputs([frozenset({0, 2}), frozenset(), LOST, LOST], labels)
    assert task.scores(found, labels, THRESHOLD)["subset_accuracy"] == 0.5
    assert (found > 0).tolist() == [
        [True, False, True],
        [False, False, False],
        [False, False, False],
        [False, False, True],
    ]


def test_an_unusable_number_is_the_end_of_the_scale_that_is_farther_away():
    _, outputs = outputs_of("regression", (), np.array([1.0, 5.0]))
    found = outputs.outputs([2.5, LOST, LOST], np.array([3.0, 2.0, 4.0]))
    assert found[:, 0].tolist() == [2.5, 5.0, 1.0]


def test_unusable_answers_are_counted_by_kind():
    given = [1, LOST, Unusable("cut"), LOST]
    assert unusable_by_kind(given) == {"refused": 2, "cut": 1}
