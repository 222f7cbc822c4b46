"""The temperature that probabilities are scaled by."""

import numpy as np
import pytest
from scipy.special import expit, log_softmax, softmax

from scoring.task import Task
from scoring.temperature import HIGHEST, best_temperature

ROWS = 40_000


def drawn_classes(logits, chance):
    """Labels that occur as often as these logits say."""
    shares = softmax(logits, axis=1).cumsum(axis=1)
    return (chance.random(len(logits))[:, None] > shares).sum(axis=1)


@pytest.mark.parametrize("times", [0.4, 1.0, 3.0])
def test_it_is_the_number_by_which_logits_are_too_large(times):
    chance = np.random.default_rng(0)
    logits = chance.normal(0, 1.5, (ROWS, 4))
    labels = drawn_classes(logits, chance)
    assert best_temperature(times * logits, labels) == pytest.approx(times, rel=0.05)

    has_label = (chance.random((ROWS, 4)) < expit(logits)).astype(np.float32)
    assert best_temperature(times * logits, has_label) == pytest.approx(times, rel=0.05)


def test_of_many_rows_no_other_temperature_has_a_lower_loss():
    chance = np.random.default_rng(1)
    logits = chance.normal(0, 2, (ROWS, 3)).astype(np.float32)
    labels = drawn_classes(logits, chance)
    task = Task("multiclass", ("a", "b", "c"), None)

    found = best_temperature(logits, labels)

    def loss(temperature):
        return task.scores(logits.astype(float) / temperature, labels)["loss"]

    assert loss(found) <= min(loss(found * 1.01), loss(found / 1.01))


def test_rows_that_are_all_right_do_not_make_the_model_certain():
    # Right 49 times of 50, and sure of it as often: its temperature is 1.
    right = np.array([[3.9, 0.0], [0.0, 3.9]] * 20)

    assert 0.3 < best_temperature(right, np.array([0, 1] * 20)) < 1.0
    assert 0.3 < best_temperature(right, np.eye(2)[[0, 1] * 20]) < 1.0


@pytest.mark.parametrize("num_rows", [30, 100, 300])
@pytest.mark.parametrize("times", [0.4, 1.0, 2.5])
def test_few_rows_never_cost_much_of_what_the_probabilities_are_worth(num_rows, times):
    chance = np.random.default_rng(2)
    # Right in 97 of 100 rows, so that few rows often have none that is wrong.
    logits = np.zeros((ROWS, 2))
    logits[:, 1] = chance.choice([-1, 1], ROWS) * chance.gamma(4, 1.5, ROWS)
    labels = drawn_classes(logits, chance)
    given = np.arange(ROWS), labels

    def loss(temperature):
        return -log_softmax(times * logits / temperature, axis=1)[given].mean()

    losses = []
    for start in range(0, 40 * num_rows, num_rows):
        some = slice(start, start + num_rows)
        losses.append(loss(best_temperature(times * logits[some], labels[some])))

    assert np.mean(losses) < 1.5 * loss(times)
    assert max(losses) < 4 * loss(times)


def test_rows_that_are_pure_chance_end_at_a_limit():
    wrong = np.array([[9.0, 0.0], [0.0, 9.0]] * 20)

    assert best_temperature(wrong, np.array([1, 0] * 20)) == pytest.approx(HIGHEST, rel=0.01)


def test_large_logits_do_not_overflow():
    logits = np.array([[1e4, 0.0], [0.0, 1e4], [1e4, 0.0]])

    assert best_temperature(logits, np.array([0, 1, 1])) == pytest.approx(HIGHEST, rel=0.01)
    assert np.isfinite(best_temperature(logits, np.eye(2)[[0, 1, 1]]))


def test_there_is_none_without_rows_or_probabilities():
    binary, regression = Task("binary", ("a", "b"), 1), Task("regression", (), None)

    assert binary.temperature(np.zeros((0, 2)), np.zeros(0, int)) is None
    assert binary.temperature(np.array([[np.nan, 0.0]]), np.array([0])) is None
    assert regression.temperature(np.zeros(3), np.zeros(3)) is None
