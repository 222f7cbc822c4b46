"""Resampled metrics are those of scores.py on the rows that were drawn."""

import numpy as np
import pytest

from scoring.resampled_scores import resampled_scores
from scoring.scores import CLASSIFICATION_METRICS, MULTILABEL_METRICS, REGRESSION_METRICS
from scoring.task import Task

ROWS = 40
LABELS = ("bad", "good", "mixed")
CHANCE = np.random.default_rng(7)
DRAWN = CHANCE.integers(ROWS, size=(3, ROWS))
COUNTS = np.stack([np.bincount(rows, minlength=ROWS) for rows in DRAWN], axis=1).astype(float)


def agrees(task, metric, logits, labels, threshold=None):
    resampled = resampled_scores(task, metric, logits, labels, threshold)
    of_all = resampled(np.ones((ROWS, 1)))
    assert of_all == pytest.approx([task.scores(logits, labels, threshold)[metric]])
    of_drawn = [task.scores(logits[rows], labels[rows], threshold)[metric] for rows in DRAWN]
    assert resampled(COUNTS) == pytest.approx(of_drawn)


@pytest.mark.parametrize("metric", CLASSIFICATION_METRICS)
@pytest.mark.parametrize(("labels", "positive_index"), [(LABELS, None), (LABELS[:2], 1)])
def test_classes(metric, labels, positive_index):
    task = Task("multiclass" if positive_index is None else "binary", labels, positive_index)
    truth = CHANCE.integers(len(labels), size=ROWS)
    logits = CHANCE.normal(size=(ROWS, len(labels))) + 2 * np.eye(len(labels))[truth]
    agrees(task, metric, logits, truth)


@pytest.mark.parametrize("metric", MULTILABEL_METRICS)
def test_label_sets(metric):
    truth = (CHANCE.random((ROWS, 3)) < 0.4).astype(np.float32)
    logits = CHANCE.normal(size=(ROWS, 3)).round(1) + 2 * truth
    agrees(Task("multilabel", LABELS, None), metric, logits, truth, threshold=0.6)


@pytest.mark.parametrize("metric", REGRESSION_METRICS)
@pytest.mark.parametrize("is_constant", [False, True])
def test_numbers(metric, is_constant):
    # With equal values, which share their ranks.
    truth = CHANCE.integers(6, size=ROWS) / 2
    predictions = truth + CHANCE.normal(size=ROWS).round(1)
    predictions = np.full(ROWS, 0.1) if is_constant else predictions
    agrees(Task("regression", (), None), metric, predictions, truth)


@pytest.mark.parametrize("metric", CLASSIFICATION_METRICS)
def test_a_constant_prediction_has_a_score(metric):
    truth = np.arange(ROWS) % 3
    logits = np.tile([0.1, 0.7, 0.2], (ROWS, 1))
    agrees(Task("multiclass", LABELS, None), metric, logits, truth)
