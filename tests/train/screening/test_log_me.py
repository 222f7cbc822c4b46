"""LogME against the evidence itself, maximised directly."""

import numpy as np
import pytest
from scipy.linalg import null_space
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from screening.log_me import log_me
from screening.standard_features import StandardFeatures


def made_up(rows, width, signal, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, width))
    wanted = signal * features[:, 0] + rng.normal(size=rows) > 0
    return features, wanted.astype(np.float64)


def greatest_evidence(features, target):
    """By a search over alpha and beta, with scipy's density of a normal distribution."""
    standard = (features - features.mean(axis=0)) / features.std(axis=0)
    # Where means are known to be 0, nothing varies along the vector of ones.
    others = null_space(np.ones((1, len(target))))
    inner, along = others.T @ standard, others.T @ target

    def negative(logarithms):
        alpha, beta = np.exp(logarithms)
        covariance = inner @ inner.T / alpha + np.eye(len(along)) / beta
        return -multivariate_normal(cov=covariance).logpdf(along)

    return -minimize(negative, (0.0, 0.0), method="Nelder-Mead", tol=1e-8).fun / len(target)


@pytest.mark.parametrize(("rows", "width"), [(40, 5), (30, 45)])
def test_it_is_the_greatest_evidence(rows, width):
    features, target = made_up(rows, width, signal=2.0)

    score = log_me(StandardFeatures.of(features), target[:, None])

    assert score == pytest.approx(greatest_evidence(features, target), abs=1e-4)


def test_several_targets_count_alike_and_constant_ones_not_at_all():
    features, target = made_up(40, 5, signal=2.0)
    standard = StandardFeatures.of(features)
    other = np.roll(target, 1)
    each = [log_me(standard, column[:, None]) for column in (target, other)]

    assert log_me(standard, np.column_stack([target, other, np.ones(40)])) == pytest.approx(
        np.mean(each)
    )


def score_of(width, signal):
    features, target = made_up(200, width, signal)
    return log_me(StandardFeatures.of(features), target[:, None])


def test_it_rises_with_what_features_tell_and_not_with_their_number():
    told = [score_of(8, signal) for signal in (0.0, 1.0, 4.0)]
    untold = [score_of(width, 0.0) for width in (8, 64, 512)]

    assert told == sorted(told)
    assert np.ptp(untold) < 0.02 < told[1] - told[0]


def test_labels_that_are_all_equal_are_refused():
    with pytest.raises(ValueError, match="same label"):
        log_me(StandardFeatures.of(made_up(20, 3, 1.0)[0]), np.ones((20, 1)))
