"""LogME: how likely the labels are under a linear model of the features, whatever its weights.

You, Liu, Wang, Long: "LogME: Practical Assessment of Pre-trained Models for Transfer Learning",
ICML 2021. Labels y given features F follow N(F w, 1 / beta), and the weights w N(0, 1 / alpha). The
evidence p(y | F, alpha, beta) integrates over all w, so that it does not reward features for being
many; alpha and beta are those that maximise it.
"""

import numpy as np
from numpy.typing import NDArray

from screening.standard_features import StandardFeatures

_MOST_ROUNDS = 100
_TOLERANCE = 1e-5
# A label that the features explain wholly would have infinite evidence.
_LEAST = 1e-10
# Of alpha and beta, in units of the mean eigenvalue, from where the fixed point starts.
_RATIOS = 10.0 ** np.arange(-4, 5)


def log_me(features: StandardFeatures, targets: NDArray[np.floating]) -> float:
    """The logarithm of the maximum evidence per row, averaged over the columns of `targets`.

    It is found by the paper's fixed point. Targets are centred, as features are, in place of an
    intercept; rows then differ in one direction less than there are rows.

    Args:
        targets: (rows, targets); of classes one column each, 1 for its rows, else 0. Columns in
            which all rows are equal are left out.
    """
    varied = targets[:, np.ptp(targets, axis=0) > 0].astype(np.float64)
    if not varied.shape[1]:
        raise ValueError("all rows have the same label")
    centred = varied - varied.mean(axis=0)
    explained = (features.left.T @ centred) ** 2
    outside = np.maximum((centred**2).sum(axis=0) - explained.sum(axis=0), 0.0)
    of_targets = [
        _most_evidence(features.singular**2, *parts, len(varied) - 1)
        for parts in zip(explained.T, outside.tolist(), strict=True)
    ]
    return float(np.mean(of_targets)) / len(varied)


def _most_evidence(
    spectrum: NDArray[np.float64], explained: NDArray[np.float64], outside: float, rows: int
) -> float:
    """The evidence of one target with the best alpha and beta; arguments as of `evidence`."""
    alpha, beta = _start(spectrum, explained, outside, rows)
    for _ in range(_MOST_ROUNDS):
        ratio = alpha / beta
        # The number of weights that the data determine.
        gamma = float((spectrum / (spectrum + ratio)).sum())
        squared_weights = float((spectrum * explained / (spectrum + ratio) ** 2).sum())
        residual = outside + float((explained * (ratio / (spectrum + ratio)) ** 2).sum())
        alpha = gamma / max(squared_weights, _LEAST)
        beta = (rows - gamma) / max(residual, _LEAST)
        if abs(alpha / beta - ratio) <= _TOLERANCE * ratio:
            break
    return evidence(spectrum, explained, outside, rows, alpha, beta)


def _start(
    spectrum: NDArray[np.float64], explained: NDArray[np.float64], outside: float, rows: int
) -> tuple[float, float]:
    """The best alpha and beta among some.

    With more features than rows there may be two maxima, one of them without noise.
    """
    tried = []
    for ratio in spectrum.mean() * _RATIOS:
        # For a given ratio the best beta is known.
        residual = outside + float((explained * ratio / (spectrum + ratio)).sum())
        beta = rows / max(residual, _LEAST)
        tried.append((ratio * beta, beta))
    return max(tried, key=lambda pair: evidence(spectrum, explained, outside, rows, *pair))


def evidence(
    spectrum: NDArray[np.float64],
    explained: NDArray[np.float64],
    outside: float,
    rows: int,
    alpha: float,
    beta: float,
) -> float:
    """log p(y | F, alpha, beta); y follows N(0, F F' / alpha + 1 / beta).

    Args:
        spectrum: the eigenvalues of F F' that are not 0.
        explained: the squared parts of y along their eigenvectors.
        outside: the squared part of y that no weights can explain.
        rows: the number of directions in which y may lie.
    """
    variances = spectrum / alpha + 1 / beta
    return -0.5 * float(
        rows * np.log(2 * np.pi)
        + np.log(variances).sum()
        - (rows - len(spectrum)) * np.log(beta)
        + (explained / variances).sum()
        + beta * outside
    )
