"""What a score on validation proves."""

import numpy as np
import pytest

from scoring import validation_evidence as module
from scoring.task import Task
from scoring.validation_evidence import RESAMPLES, validation_evidence

BINARY = Task("binary", ("bad", "good"), 1)
REGRESSION = Task("regression", (), None)
CHANCE = np.random.default_rng(3)
LABELS = np.arange(400) % 2
SURE = 1 / (1 + RESAMPLES)


def right_in(share: float) -> np.ndarray:
    """Logits of which this share is right, for LABELS."""
    is_right = np.arange(len(LABELS)) < share * len(LABELS)
    CHANCE.shuffle(is_right)
    return 4.0 * np.eye(2)[np.where(is_right, LABELS, 1 - LABELS)]


def evidence(task=BINARY, metric="accuracy", logits=None, labels=LABELS, threshold=None):
    return validation_evidence(
        task,
        metric,
        higher_is_better=metric not in ("loss", "rmse"),
        train_labels=labels,
        labels=labels,
        logits=right_in(0.8) if logits is None else logits,
        threshold=threshold,
    )


def test_the_standard_error_of_a_share_is_the_binomial_one():
    binomial = np.sqrt(0.8 * 0.2 / len(LABELS))
    assert evidence().standard_error == pytest.approx(binomial, rel=0.15)


@pytest.mark.parametrize("metric", ["accuracy", "macro_f1", "mcc"])
def test_a_model_that_has_learnt_is_better_than_the_majority_beyond_doubt(metric):
    assert evidence(metric=metric).majority_p_value == SURE


@pytest.mark.parametrize("metric", ["accuracy", "f1", "mcc", "loss"])
def test_the_majority_itself_has_learnt_nothing(metric):
    constant = np.log(np.tile([0.5, 0.5], (len(LABELS), 1)))
    assert evidence(metric=metric, logits=constant).majority_p_value == 1.0


@pytest.mark.parametrize("metric", ["f1", "precision", "recall", "accuracy", "mcc"])
@pytest.mark.parametrize("answer", [0, 1])
def test_one_label_for_all_rows_is_no_learning_whichever_the_majority_is(metric, answer):
    labels = (np.arange(400) % 5 < 2).astype(np.int64)
    always = 4.0 * np.eye(2)[np.full(len(labels), answer)]
    assert evidence(metric=metric, logits=always, labels=labels).majority_p_value == 1.0


@pytest.mark.parametrize("metric", ["f1", "precision", "recall"])
def test_a_model_that_finds_rare_rows_has_learnt(metric):
    labels = (np.arange(400) % 10 == 0).astype(np.int64)
    found = 4.0 * np.eye(2)[np.where(np.arange(400) % 20 == 0, 1, 0)]
    assert evidence(metric=metric, logits=found, labels=labels).majority_p_value == SURE


@pytest.mark.parametrize("metric", ["f1", "precision", "recall"])
def test_a_model_that_tells_equally_frequent_labels_apart_has_learnt(metric):
    labels, logits = LABELS[:100], right_in(0.68)[:100]
    assert evidence(metric=metric, logits=logits, labels=labels).majority_p_value < 0.05


def test_a_coin_proves_nothing():
    assert 0.05 < evidence(logits=right_in(0.5)).majority_p_value < 0.95


def test_a_lower_loss_is_better():
    noise = CHANCE.normal(size=(len(LABELS), 2))
    assert evidence(metric="loss", logits=np.eye(2)[LABELS]).majority_p_value == SURE
    assert evidence(metric="loss", logits=5 * noise).majority_p_value == 1.0


@pytest.mark.parametrize("metric", ["pearson", "spearman", "rmse"])
def test_numbers_are_compared_with_the_mean_of_train(metric):
    numbers = np.linspace(0, 5, 100)
    close, mean = numbers + CHANCE.normal(size=100), np.full(100, numbers.mean())
    of_close = evidence(REGRESSION, metric, close, numbers)
    assert of_close.majority_p_value == SURE
    assert of_close.standard_error > 0
    assert evidence(REGRESSION, metric, mean, numbers).majority_p_value == 1.0


def test_label_sets_are_compared_with_the_labels_that_most_rows_have():
    task = Task("multilabel", ("a", "b", "c"), None)
    labels = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 0, 0]] * 25, dtype=np.float32)
    learnt = evidence(task, "micro_f1", 8 * labels - 4, labels, 0.5)
    constant = evidence(task, "micro_f1", np.tile([4.0, -4.0, -4.0], (100, 1)), labels, 0.5)
    assert learnt.majority_p_value == SURE
    assert constant.majority_p_value == 1.0


def test_the_same_rows_give_the_same_evidence():
    logits = right_in(0.7)
    assert evidence(logits=logits) == evidence(logits=logits)


def test_many_rows_are_sampled_and_the_error_is_that_of_all(monkeypatch):
    logits = right_in(0.8)
    of_all = evidence(logits=logits).standard_error
    monkeypatch.setattr(module, "MOST_ROWS", 200)
    assert evidence(logits=logits).standard_error == pytest.approx(of_all, rel=0.3)


@pytest.mark.parametrize("logits", [np.full((400, 2), np.nan), np.eye(2)[LABELS][:1]])
def test_without_numbers_or_rows_there_is_no_evidence(logits):
    found = evidence(logits=logits, labels=LABELS[: len(logits)])
    assert (found.standard_error, found.majority_p_value) == (None, None)
