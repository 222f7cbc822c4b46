"""What answers are worth where people take those that a model is unsure of."""

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve

from bakeoff.statistics import analyse, reduce_predictions
from bakeoff.statistics.decision_curves import RECALLS, decision_curves
from tests.support.predicted import (
    candidate,
    classified,
    comparison_spec,
    raw_predictions,
    valued,
)


def accuracies(found):
    return {round(point.coverage, 2): point.accuracy for point in found.coverage}


def test_the_surest_rows_are_answered_first():
    # Sure of the first half, which is right; of the other half every second row is.
    truth = np.zeros(100, int)
    predicted = np.where(np.arange(100) < 50, 0, np.arange(100) % 2)
    job = classified(truth, predicted, confidence=np.linspace(0.99, 0.51, 100))

    found = accuracies(decision_curves(candidate("a", job), comparison_spec()))

    assert found[1.0] == 0.75
    assert found[0.5] == found[0.25] == 1.0
    assert found[0.8] == pytest.approx((50 + 15) / 80)


def test_of_equally_sure_rows_any_part_is_as_right():
    job = classified([0, 0, 0, 1], [0, 0, 0, 0])

    found = accuracies(decision_curves(candidate("a", job), comparison_spec()))

    assert list(found.values()) == pytest.approx([0.75] * len(found))


def test_precision_at_a_recall_is_the_best_that_a_threshold_has():
    spec, predictions = comparison_spec(), raw_predictions("binary", 300)
    job = reduce_predictions(predictions, spec, 0)

    found = decision_curves(candidate("a", job), spec).precision_recall

    scores = predictions.logits[:, 1] - predictions.logits[:, 0]
    precision, recall, _ = precision_recall_curve(predictions.labels, scores)
    wanted = [precision[:-1][recall[:-1] >= each - 1e-12].max() for each in RECALLS]
    assert [point.recall for point in found] == list(RECALLS)
    assert [point.precision for point in found] == pytest.approx(wanted)


def test_the_curves_are_means_over_the_seeds():
    one, other = classified([0, 1], [0, 1]), classified([0, 1], [1, 0], seed=1)

    found = decision_curves(candidate("a", one, other), comparison_spec())

    assert accuracies(found)[1.0] == 0.5
    assert found.precision_recall[-1].precision == pytest.approx((1 + 0.5) / 2)


def test_only_a_binary_task_has_a_label_to_find():
    spec = comparison_spec("multiclass")
    job = reduce_predictions(raw_predictions("multiclass", 50), spec, 0)
    assert decision_curves(candidate("a", job), spec).precision_recall == []

    without_positive = classified([0, 0], [0, 1])
    found = decision_curves(candidate("a", without_positive), comparison_spec())
    assert found.precision_recall == [] and found.coverage


def test_a_set_of_labels_is_right_if_all_are():
    spec = comparison_spec("multilabel")
    job = reduce_predictions(raw_predictions("multilabel", 200), spec, 0, 0.5)

    found = accuracies(decision_curves(candidate("a", job), spec))

    assert found[1.0] == pytest.approx((job.predicted == job.truth).all(axis=1).mean())
    assert found[0.1] > found[1.0]


def test_a_regression_has_none():
    spec = comparison_spec("regression")

    assert analyse([candidate("a", valued([1, 2], [1, 3]))], spec).decisions == {"a": None}
    assert decision_curves(candidate("a"), comparison_spec()) is None
