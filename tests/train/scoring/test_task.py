"""The labels, outputs and scores of each task."""

import numpy as np
import pyarrow as pa
import pytest

from scoring.task import Task

LABELS = ("bad", "good", "mixed")
MULTILABEL = Task("multilabel", LABELS, None)
REGRESSION = Task("regression", (), None)
MULTICLASS = Task("multiclass", LABELS, None)


def test_classes_stay_numbers():
    assert MULTICLASS.labels_from(pa.array([2, 0], pa.int64())).tolist() == [2, 0]


def test_several_labels_become_one_column_each():
    column = pa.chunked_array([[[0, 2], []], [[1]]], pa.list_(pa.int32()))
    labels = MULTILABEL.labels_from(column)
    assert labels.tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert labels.dtype == np.float32


def test_measured_numbers_stay_as_they_are():
    assert REGRESSION.labels_from(pa.array([0.1, 5.0])).tolist() == [0.1, 5.0]


@pytest.mark.parametrize(
    ("task", "num_outputs", "problem_type"),
    [
        (MULTICLASS, 3, "single_label_classification"),
        (MULTILABEL, 3, "multi_label_classification"),
        (REGRESSION, 1, "regression"),
    ],
)
def test_a_model_gets_a_head_for_the_task(task, num_outputs, problem_type):
    arguments = task.model_arguments()
    assert arguments["num_labels"] == task.num_outputs == num_outputs
    assert arguments["problem_type"] == problem_type
    assert len(arguments["id2label"]) == len(arguments["label2id"]) == num_outputs


def test_a_regression_s_outputs_are_one_number_a_row():
    outputs = np.array([[1.0], [3.0]])
    assert REGRESSION.logits_from(outputs).tolist() == [1.0, 3.0]
    assert REGRESSION.scores(outputs, np.array([1.0, 5.0]))["mae"] == 1.0


def test_validation_scores_include_their_threshold():
    logits = np.array([[-1.0, -2.0, -3.0], [-3.0, -1.0, -2.5]])
    labels = np.array([[1, 0, 0], [0, 1, 0]])
    scores = MULTILABEL.validation_scores(logits, labels)
    assert 0.12 < scores["threshold"] < 0.27
    assert scores["micro_f1"] == 1.0
    rest = {name: value for name, value in scores.items() if name != "threshold"}
    assert rest == MULTILABEL.scores(logits, labels, scores["threshold"])


@pytest.mark.parametrize("task", [MULTICLASS, REGRESSION])
def test_other_tasks_have_no_threshold(task):
    assert "threshold" not in task.validation_scores(np.eye(3)[:, : task.num_outputs], np.arange(3))


def test_several_labels_are_never_scored_without_the_threshold_of_validation():
    with pytest.raises(ValueError, match="threshold of validation"):
        MULTILABEL.scores(np.zeros((1, 3)), np.zeros((1, 3)))


@pytest.mark.parametrize("task", [MULTICLASS, MULTILABEL, REGRESSION])
def test_scores_that_are_not_finite_are_none(task):
    logits = np.full((2, task.num_outputs), np.nan)
    labels = np.zeros((2, 3)) if task is MULTILABEL else np.zeros(2, dtype=int)
    scores = task.validation_scores(logits, labels)
    assert set(scores) == set(task.metrics)
    assert np.isnan(list(scores.values())).all()
