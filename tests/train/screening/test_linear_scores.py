"""Scores of linear models against scikit-learn's."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss as loss_of

from scoring.folds import fold_numbers
from scoring.task import Task
from screening import linear_scores
from screening.linear_scores import log_loss, r_squared
from screening.standard_features import StandardFeatures

BINARY = Task("binary", ("a", "b"), 1)


def multiclass(num_labels):
    return Task("multiclass", tuple(map(str, range(num_labels))), None)


def made_up(rows, width, num_labels, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(3.0, 2.0, size=(rows, width))
    logits = (features - 3.0) @ rng.normal(size=(width, num_labels)) / np.sqrt(width)
    return features, (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)


def by_scikit(features, labels, folds, spread):
    standard = (features - features.mean(axis=0)) / features.std(axis=0)
    strength = standard.shape[1] / spread
    num_labels = labels.max() + 1
    if num_labels == 2:
        # It has one row of weights there, twice as large as each of ours, so half as penalised.
        strength /= 2
    chances = np.empty((len(labels), num_labels))
    for fold in np.unique(folds):
        model = LogisticRegression(C=1 / strength, max_iter=1000, tol=1e-6)
        model.fit(standard[folds != fold], labels[folds != fold])
        chances[folds == fold] = model.predict_proba(standard[folds == fold])
    return loss_of(labels, chances, labels=range(num_labels))


@pytest.mark.parametrize("num_labels", [2, 4])
@pytest.mark.parametrize("width", [5, 150])
def test_the_loss_is_that_of_a_logistic_regression(monkeypatch, num_labels, width):
    features, labels = made_up(100, width, num_labels)
    folds = fold_numbers(labels, 5, seed=1)
    monkeypatch.setattr(linear_scores, "SPREADS", (1.0,))
    task = BINARY if num_labels == 2 else multiclass(4)

    loss = log_loss(StandardFeatures.of(features), task, labels, folds)

    assert loss == pytest.approx(by_scikit(features, labels, folds, 1.0), rel=0.02)


def test_the_strength_of_the_regularisation_suits_the_features():
    features, labels = made_up(200, 10, 2)
    noise = np.random.default_rng(1).normal(size=(200, 300))
    folds = fold_numbers(labels, 5, seed=1)

    losses = [
        log_loss(StandardFeatures.of(each), BINARY, labels, folds)
        for each in (features, np.hstack([features, noise]), noise)
    ]

    assert losses == sorted(losses)
    # No worse than without features, but for little.
    assert losses[-1] < np.log(2) + 0.05


def test_a_class_with_fewer_rows_than_folds_has_a_finite_loss():
    features, labels = made_up(60, 5, 3)
    labels[:] = np.where(np.arange(60) == 7, 2, labels % 2)

    loss = log_loss(
        StandardFeatures.of(features), multiclass(3), labels, fold_numbers(labels, 5, seed=1)
    )

    assert 0 < loss < 2


def test_fewer_rows_than_folds_are_scored_one_by_one():
    features, labels = made_up(4, 3, 2)
    labels[:] = [0, 1, 0, 1]

    loss = log_loss(StandardFeatures.of(features), BINARY, labels, fold_numbers(labels, 5, seed=1))

    assert np.isfinite(loss)


def test_a_fold_without_the_other_class_is_scored():
    """Only one row has the class, so that its own model has never seen one."""
    features, labels = made_up(20, 3, 2)
    labels[:] = np.arange(20) == 3

    folds = fold_numbers(labels, 5, seed=1)

    assert np.isfinite(log_loss(StandardFeatures.of(features), BINARY, labels, folds))


def test_each_label_of_a_multilabel_task_has_a_model_of_its_own():
    features, labels = made_up(80, 6, 4)
    sets = np.eye(4, dtype=np.float32)[labels]
    sets[:, 3] = 0
    folds = fold_numbers(labels, 5, seed=1)
    task = Task("multilabel", ("a", "b", "c", "d"), None)

    told = log_loss(StandardFeatures.of(features), task, sets, folds)
    untold = log_loss(StandardFeatures.of(features[::-1]), task, sets, folds)

    assert told < untold < np.log(2)


def test_features_that_all_rows_share_are_left_out():
    features, _ = made_up(30, 4, 2)
    wider = np.hstack([features, np.full((30, 2), 0.1), np.zeros((30, 1))])

    assert StandardFeatures.of(wider).num_features == 4
    with pytest.raises(ValueError, match="same features"):
        StandardFeatures.of(np.full((30, 2), 0.1))


def test_r2_is_that_of_a_ridge_regression(monkeypatch):
    rng = np.random.default_rng(0)
    features = rng.normal(5.0, 3.0, size=(80, 6))
    labels = 100 + 20 * features[:, 0] + rng.normal(0, 10, size=80)
    folds = np.arange(80) % 5
    monkeypatch.setattr(linear_scores, "SPREADS", (1.0,))
    standard = (features - features.mean(axis=0)) / features.std(axis=0)
    predicted = np.empty(80)
    for fold in range(5):
        fitted = folds != fold
        predicted[~fitted] = (
            Ridge(6.0).fit(standard[fitted], labels[fitted]).predict(standard[~fitted])
        )

    score = r_squared(StandardFeatures.of(features), Task("regression", (), None), labels, folds)

    wanted = 1 - ((predicted - labels) ** 2).sum() / ((labels - labels.mean()) ** 2).sum()
    assert score == pytest.approx(wanted, abs=1e-6)


def test_folds_differ_by_a_row_at_most_in_all_and_in_each_stratum():
    strata = np.repeat([0, 1, 2, 3], [50, 23, 3, 1])

    folds = fold_numbers(strata, 5, seed=3)

    assert np.ptp(np.bincount(folds, minlength=5)) <= 1
    for stratum in range(4):
        assert np.ptp(np.bincount(folds[strata == stratum], minlength=5)) <= 1
    assert (folds == fold_numbers(strata, 5, seed=3)).all()
    assert (folds != fold_numbers(strata, 5, seed=4)).any()
