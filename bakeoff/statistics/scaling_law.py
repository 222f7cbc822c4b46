"""How the error falls with the number of train rows, and what it would be with twice as many.

The law is that of H. Lin et al., "Selecting Large Language Model to Fine-tune via Rectified Scaling
Law", ICML 2024 (https://arxiv.org/abs/2402.02314):

    L(D) = B / (D_l + D^beta) + E

with D train rows, an error E that no number of rows removes, and D_l for what the model had learnt
before: as long as D^beta is small beside it, more rows hardly help.

Three points cannot tell its four parameters. So no single curve is fitted. Each curve of a grid
gets the probability that it has after the points were seen (Bayes' theorem, with the prior below),
and what is said is the mean over all of them. With x = D / N, where N is all rows, a curve of the
grid is

    error(x) = e (floor + (1 - floor) (1 + l) / (l + x^beta))

of which the error e at all rows is estimated by generalised least squares. Scores on the same test
rows share much of their sampling error, which their covariance tells; the score with twice the rows
will share it, too, and is predicted as in kriging (N. Cressie, "Statistics for Spatial Data", 1993,
section 3.4): by the curve, and by what is left of the last points around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

_EXPONENTS = np.linspace(0.1, 1.5, 15)
_RECTIFIERS = np.array([0.0, 0.03, 0.1, 0.3, 1.0, 3.0])
"""D_l in units of N^beta."""
_FLOORS = np.linspace(0.0, 0.95, 20)
"""E as a share of the error at all rows."""
# The prior: exponents of about a half, a small rectifier, and the share by which the error falls
# when the rows grow by one percent, which is more often near 0 than above a fifth.
_USUAL_EXPONENT, _EXPONENT_SPREAD = 0.5, 0.7
_USUAL_SLOPE = 0.2
# Beyond it, three points are unlikely (1 %, chi-square of one degree of freedom) even on the curve
# that fits them best.
_WORST_MISFIT = 6.63
_LEAST = 1e-12


@dataclass(frozen=True)
class Measured:
    """The error at each of three shares of the train rows, each twice the one before."""

    shares: Floats
    """(3,) ascending, the last one is 1."""
    errors: Floats
    """(3,) in the metric's unit, lower is better."""
    rows_covariance: Floats
    """(3, 3) of the errors, over the choice of test rows."""
    training_variance: Floats
    """(3,) of the errors, over chance in training and the choice of train rows."""


@dataclass(frozen=True)
class Forecast:
    """What is expected, with its interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class ScalingLaw:
    """Curves (G,) with their probabilities, given the points."""

    measured: Measured
    weights: Floats
    """(G,) they sum to 1."""
    scale: Floats
    """(G,) the error at all rows."""
    scale_variance: Floats
    """(G,)"""
    misfit: float
    """Chi-square of the best curve."""

    @property
    def fits(self) -> bool:
        """Whether the points can be those of a curve that falls with the rows."""
        return self.misfit <= _WORST_MISFIT

    def error_at(self, share: float) -> float:
        """The mean over the curves."""
        return float(self.weights @ (self.scale * _shapes([share])[:, 0]))

    def fall(self, share: float, confidence: float) -> Forecast:
        """How much lower the error is at this share than at all rows, apart from chance."""
        falls = 1 - _shapes([share])[:, 0]
        deviations = np.abs(falls) * np.sqrt(self.scale_variance)
        return self._mixture(falls * self.scale, deviations, confidence)

    def forecast(self, share: float, confidence: float) -> Forecast:
        """The error that a training with this share of the rows would have on the same test rows.

        Args:
            share: of the train rows, twice the last one.
            confidence: 0..1, of the interval.
        """
        points = self.measured
        covariance = _covariance(points)
        beside, own_variance = _with_next(points)
        pull = np.linalg.solve(covariance, beside)
        shapes, ahead = _shapes(points.shares), _shapes([share])[:, 0]
        means = ahead * self.scale + (points.errors - shapes * self.scale[:, None]) @ pull
        left = max(own_variance - beside @ pull, points.training_variance[-1])
        deviations = np.sqrt(left + (ahead - shapes @ pull) ** 2 * self.scale_variance)
        return self._mixture(means, deviations, confidence)

    def _mixture(self, means: Floats, deviations: Floats, confidence: float) -> Forecast:
        """Of normal distributions, one for each curve; neither an error nor a fall is below 0."""
        ends = ((1 - confidence) / 2, (1 + confidence) / 2)
        low, high = (_quantile(end, self.weights, means, deviations) for end in ends)
        return Forecast(max(float(self.weights @ means), 0.0), max(low, 0.0), max(high, 0.0))


def fitted_law(measured: Measured) -> ScalingLaw:
    """The curves with their probabilities given the points."""
    shapes, inverse = _shapes(measured.shares), np.linalg.inv(_covariance(measured))
    of_shapes = np.einsum("gi,ij,gj->g", shapes, inverse, shapes)
    with_errors = shapes @ inverse @ measured.errors
    misfits = measured.errors @ inverse @ measured.errors - with_errors**2 / of_shapes
    # The scale is integrated out under a flat prior, which leaves its standard error as a factor.
    log_weights = _log_prior() - misfits / 2 - np.log(of_shapes) / 2
    weights = np.exp(log_weights - log_weights.max())
    return ScalingLaw(
        measured=measured,
        weights=weights / weights.sum(),
        scale=with_errors / of_shapes,
        scale_variance=1 / of_shapes,
        misfit=float(misfits.min()),
    )


def _grid() -> tuple[Floats, Floats, Floats]:
    """(G,) exponents, rectifiers and floors."""
    axes = np.meshgrid(_EXPONENTS, _RECTIFIERS, _FLOORS, indexing="ij")
    exponents, rectifiers, floors = (axis.ravel() for axis in axes)
    return exponents, rectifiers, floors


def _shapes(shares: Sequence[float] | Floats) -> Floats:
    """(G, shares) the error of each curve as a multiple of that at all rows."""
    exponents, rectifiers, floors = (axis[:, None] for axis in _grid())
    falling = (1 + rectifiers) / (rectifiers + np.asarray(shares)[None] ** exponents)
    return floors + (1 - floors) * falling


def _log_prior() -> Floats:
    exponents, rectifiers, floors = _grid()
    distance = np.log(exponents / _USUAL_EXPONENT) / _EXPONENT_SPREAD
    slopes = (1 - floors) * exponents / (1 + rectifiers)
    return -(distance**2) / 2 - np.log(exponents) - rectifiers - slopes / _USUAL_SLOPE


def _covariance(points: Measured) -> Floats:
    # Without any error, as where all rows are right, the matrix would have no inverse.
    least = _LEAST * max(1.0, float(np.square(points.errors).max()))
    return points.rows_covariance + np.diag(points.training_variance + least)


def _with_next(points: Measured) -> tuple[Floats, float]:
    """The covariance (3,) of the points' sampling errors with that of the next one, which has twice
    the rows, and the variance of the next one: as one doubling and two doublings earlier."""
    deviations = np.sqrt(np.diag(points.rows_covariance)) + _LEAST
    correlations = points.rows_covariance / np.outer(deviations, deviations)
    one, two = np.clip((correlations[1, 2], correlations[0, 2]), _LEAST, 1.0)
    beside = np.array([min(two**2 / one, two), two, one])
    variance = float(deviations[-1] ** 2 + points.training_variance[-1])
    return beside * deviations * deviations[-1], variance


def _quantile(level: float, weights: Floats, means: Floats, deviations: Floats) -> float:
    """Of a mixture of normal distributions, by bisection."""
    reach = 10 * float(deviations.max())
    low, high = float(means.min()) - reach, float(means.max()) + reach
    for _ in range(80):
        middle = (low + high) / 2
        below = weights @ ndtr((middle - means) / np.maximum(deviations, _LEAST))
        low, high = (middle, high) if below < level else (low, middle)
    return (low + high) / 2
