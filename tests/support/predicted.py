"""Predictions of candidates, made up for tests."""

import io

import numpy as np

from bakeoff.metrics import METRICS_OF
from bakeoff.statistics import CandidatePredictions, ComparisonSpec, JobPredictions, Predictions

LABELS = {"binary": ("no", "yes"), "multiclass": ("a", "b", "c"), "multilabel": ("a", "b", "c")}


def comparison_spec(task="binary", main_metric=None, **changes):
    """Few resamples, so that a test is quick."""
    labels = changes.pop("labels", LABELS.get(task, ()))
    return ComparisonSpec(
        task=task,
        labels=tuple(labels),
        positive_label="yes" if task == "binary" else None,
        main_metric=main_metric or {"binary": "accuracy"}.get(task, METRICS_OF[task][1]),
        **{"resamples": 200, **changes},
    )


def npz(**arrays):
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def raw_predictions(task, rows, seed=0, num_labels=3):
    """Predictions as a job writes them, right more often than not."""
    chance = np.random.default_rng(seed)
    ids = np.arange(rows) * 3
    if task == "regression":
        labels = np.round(chance.normal(3, 1, rows), 1)
        return Predictions(ids, labels, (labels + chance.normal(0, 1, rows)).astype(np.float32))
    if task == "multilabel":
        labels = (chance.random((rows, num_labels)) < 0.3).astype(np.float32)
        logits = chance.normal(-1, 1.5, (rows, num_labels)) + 3 * labels
        return Predictions(ids, labels, logits.astype(np.float32))
    num_labels = 2 if task == "binary" else num_labels
    labels = chance.integers(0, num_labels, rows)
    logits = chance.normal(0, 1, (rows, num_labels))
    logits[np.arange(rows), labels] += 1
    return Predictions(ids, labels, logits.astype(np.float32))


def classified(truth, predicted, seed=0, confidence=0.9):
    """A job that gives these classes, each with that probability."""
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    chosen = np.broadcast_to(np.asarray(confidence, dtype=float), truth.shape)
    loss = -np.log(np.where(predicted == truth, chosen, 1 - chosen))
    return JobPredictions(seed, np.arange(len(truth)), truth, predicted, loss, chosen)


def valued(truth, predicted, seed=0):
    """A job of a regression."""
    truth, predicted = np.asarray(truth, dtype=float), np.asarray(predicted, dtype=float)
    return JobPredictions(
        seed, np.arange(len(truth)), truth, predicted, (predicted - truth) ** 2, None
    )


def candidate(name, *jobs, method="full", **more):
    return CandidatePredictions(name, method, jobs, **more)


def right_on(share, truth, chance, seed=0):
    """A job that is right on each row with this probability, (rows,) or one for all."""
    is_right = chance.random(len(truth)) < share
    return classified(truth, np.where(is_right, truth, 1 - truth), seed)
