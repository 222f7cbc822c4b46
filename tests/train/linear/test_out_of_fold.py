"""What linear models say of their train rows, asked of models that have not seen them."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from linear.ngram_features import shared_features
from linear.out_of_fold import NUM_FOLDS, out_of_fold_logits
from scoring.task import Task

BINARY = Task("binary", ("no", "yes"), 1)
CHANCE = np.random.default_rng(4)


@pytest.mark.parametrize("form", [np.asarray, csr_matrix])
def test_no_row_is_judged_by_a_model_that_has_learnt_its_label(form):
    """With more features than rows a model knows all labels that it was fitted on, right or not."""
    features = CHANCE.normal(size=(200, 400)).astype(np.float32)
    labels = CHANCE.integers(0, 2, 200)

    logits = out_of_fold_logits(BINARY, form(features), labels, strength=100.0)

    assert (logits.argmax(axis=1) == labels).mean() < 0.65


def test_what_can_be_learnt_from_the_other_rows_is_known():
    labels = np.arange(200) % 2
    features = CHANCE.normal(size=(200, 3)).astype(np.float32)
    features[:, 0] += 4 * labels

    logits = out_of_fold_logits(BINARY, features, labels, strength=1.0)

    assert logits.shape == (200, 2)
    assert (logits.argmax(axis=1) == labels).mean() > 0.95


def test_a_label_that_no_other_row_has_is_possible():
    labels = np.zeros(20, dtype=np.int64)
    labels[3] = 2
    task = Task("multiclass", ("a", "b", "c"), None)
    features = CHANCE.normal(size=(20, 3)).astype(np.float32)

    logits = out_of_fold_logits(task, features, labels, strength=1.0)

    assert np.isfinite(logits).all()
    assert logits[3].argmax() == 0


@pytest.mark.parametrize("num_rows", [2, NUM_FOLDS])
def test_few_rows_have_logits_too(num_rows):
    labels = np.arange(num_rows) % 2
    features = CHANCE.normal(size=(num_rows, 3)).astype(np.float32)

    assert np.isfinite(out_of_fold_logits(BINARY, features, labels, strength=1.0)).all()


def test_n_grams_of_few_rows_are_left_out_unless_there_are_no_others():
    features = csr_matrix(np.array([[1, 1, 0], [1, 0, 0], [2, 1, 0]], dtype=np.float32))

    assert shared_features(features).toarray().tolist() == [[1], [1], [2]]
    assert shared_features(features[:2]).shape == (2, 3)


def test_a_fit_that_is_stopped_early_says_nothing_and_has_logits(recwarn):
    features = CHANCE.normal(size=(100, 30)).astype(np.float32)

    logits = out_of_fold_logits(BINARY, features, np.arange(100) % 2, 1e4, most_iterations=2)

    assert np.isfinite(logits).all()
    assert not recwarn.list
