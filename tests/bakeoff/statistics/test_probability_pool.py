import numpy as np
import pytest

from bakeoff.statistics.label_probabilities import LabelProbabilities
from bakeoff.statistics.probability_pool import pooled
from tests.support.labelled_rows import judged

CHANCE = np.random.default_rng(3)
ROWS = 4_000


def says(probabilities, labels, texts=None):
    rows = np.arange(len(labels))
    return LabelProbabilities(np.zeros_like(rows), rows, labels, probabilities, texts or {})


def binary(of_one):
    return np.stack([1 - of_one, of_one], axis=1)


def test_a_model_that_knows_nothing_takes_nothing_from_one_that_is_right():
    true = CHANCE.uniform(0.02, 0.98, ROWS)
    labels = (CHANCE.random(ROWS) < true).astype(int)

    pool, weights = pooled([says(binary(true), labels), says(binary(np.full(ROWS, 0.5)), labels)])

    assert weights == pytest.approx([1, 0], abs=0.05)
    assert pool.probabilities == pytest.approx(binary(true), abs=0.03)


def test_equally_good_models_have_equal_weights():
    odds = CHANCE.normal(0, 1.5, (2, ROWS))
    labels = (CHANCE.random(ROWS) < 1 / (1 + np.exp(-odds.sum(axis=0)))).astype(int)

    _, weights = pooled([says(binary(1 / (1 + np.exp(-one))), labels) for one in odds])

    assert weights == pytest.approx([0.5, 0.5], abs=0.05)


def test_no_other_weights_make_the_given_labels_more_probable():
    labels = CHANCE.integers(0, 5, 500)
    parts = [says(CHANCE.dirichlet(np.ones(5), 500), labels) for _ in range(3)]

    pool, weights = pooled(parts)

    def likelihood(of):
        mean = sum(w * part.probabilities for w, part in zip(of, parts, strict=True))
        return np.log(mean[np.arange(500), labels]).sum()

    assert likelihood(weights) == pytest.approx(
        np.log(pool.probabilities[np.arange(500), labels]).sum()
    )
    others = [likelihood(other) for other in CHANCE.dirichlet(np.ones(3), 2_000)]
    assert likelihood(weights) >= max(others) - 0.01


def test_the_pool_has_the_rows_and_texts_of_all_and_probabilities():
    first, second = judged(num_rows=8, num_wrong=2), judged(num_rows=8, num_wrong=4, certainty=0.5)
    second = says(second.probabilities, first.labels, second.texts)
    second = LabelProbabilities(
        first.splits, first.ids, first.labels, second.probabilities, second.texts
    )

    pool, weights = pooled([first, second])

    assert pool.has_rows_of(first)
    assert weights.sum() == pytest.approx(1)
    assert pool.probabilities.sum(axis=1) == pytest.approx(np.ones(8))
    assert pool.texts == {**first.texts, **second.texts}


def test_a_row_that_no_model_holds_possible_has_a_finite_pool():
    labels = np.array([0, 1, 1])
    certain = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])

    pool, weights = pooled([says(certain, labels), says(certain, labels)])

    assert weights == pytest.approx([0.5, 0.5])
    assert np.isfinite(pool.probabilities).all()


def test_one_model_alone_is_the_pool():
    found = judged()

    pool, weights = pooled([found])

    assert weights == pytest.approx([1])
    assert pool.probabilities == pytest.approx(found.probabilities)
