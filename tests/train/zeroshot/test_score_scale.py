"""Logits from scores: the scale that makes probabilities good on validation."""

import numpy as np
import pytest
from scipy.special import expit, softmax

from scoring.task import Task
from zeroshot.score_scale import fitted_scale

CLASSES = Task("multiclass", ("a", "b", "c"), None)
SETS = Task("multilabel", ("a", "b", "c"), None)


def cosines(rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.1, 0.4, size=(rows, 3)).astype(np.float32)


def test_probabilities_become_those_with_which_labels_were_drawn():
    chance, scores = np.random.default_rng(1), cosines(4000)
    labels = np.array([chance.choice(3, p=each) for each in softmax(50.0 * scores, axis=1)])
    scale = fitted_scale(CLASSES, scores, labels, usual_factor=20.0)
    assert scale.factor == pytest.approx(50.0, rel=0.15)
    assert scale.shift == 0.0


def test_a_label_by_itself_gets_a_shift_too():
    chance, scores = np.random.default_rng(1), cosines(4000)
    labels = (chance.random(scores.shape) < expit(30.0 * scores - 9.0)).astype(np.float32)
    scale = fitted_scale(SETS, scores, labels, usual_factor=20.0)
    assert scale.factor == pytest.approx(30.0, rel=0.1)
    assert scale.shift == pytest.approx(-9.0, rel=0.1)
    assert scale.logits(scores) == pytest.approx(scale.factor * scores + scale.shift, rel=1e-5)


@pytest.mark.parametrize("task", [CLASSES, SETS])
def test_scores_that_tell_the_opposite_do_not_turn_the_order_around(task):
    scores = cosines(300)
    labels = scores.argmin(axis=1)
    if task is SETS:
        labels = np.eye(3, dtype=np.float32)[labels]
    assert 0 < fitted_scale(task, scores, labels, usual_factor=20.0).factor <= 1.01


@pytest.mark.parametrize("task", [CLASSES, SETS])
def test_few_labels_that_scores_tell_perfectly_do_not_make_certain(task):
    scores = np.tile(0.2 + 0.1 * np.eye(3, dtype=np.float32), (10, 1))
    labels = scores.argmax(axis=1)
    if task is SETS:
        labels = np.eye(3, dtype=np.float32)[labels]

    logits = fitted_scale(task, scores, labels, usual_factor=20.0).logits(scores)

    chances = softmax(logits, axis=1) if task is CLASSES else expit(logits)
    assert 0.9 < chances.max() < 0.99


def test_without_rows_it_is_the_usual_one():
    none = np.zeros((0, 3), dtype=np.float32)
    assert fitted_scale(CLASSES, none, np.zeros(0, dtype=np.int64), 20.0).factor == 20.0
