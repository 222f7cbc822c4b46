"""The confidence interval of a candidate's own metric.

The interval is the metric's mean over the seeds plus and minus Student's t times its standard error
(`variance.py`), computed on an unbounded scale: the logit of a proportion, the inverse hyperbolic
tangent of a correlation (Fisher's z), the logarithm of an error. So it stays within the metric's
range, and near a bound it is wider on the other side, as it should be: with 4 wrong rows of 200,
the accuracy is 0.980 [0.948, 0.993]. In simulations it covers better than the bootstrap's
percentiles where few rows are wrong, and as well elsewhere (docs/statistics.md).

The delta method transforms the standard error to that scale (A. W. van der Vaart, "Asymptotic
Statistics", 1998, chapter 3). It is an approximation for small errors: of two seeds with an F1 of
0.00 and 0.04 it would say nothing, [0.000, 1.000], where the test against another candidate, which
takes the margin as it is, finds a clear difference. Where the margin is so wide, an end is
therefore no farther away than the margin itself, or than `farthest` on the unbounded scale if that
is more.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import expit, logit

from bakeoff.metrics import value_range
from bakeoff.statistics.variance import Variance
from bakeoff.summary.interval import Interval

# Metrics that are the proportion of right rows.
_SHARES_OF_ROWS = ("accuracy", "subset_accuracy")


@dataclass(frozen=True)
class _Scale:
    """A transformation of a bounded metric to an unbounded scale."""

    to: Callable[[float], float]
    back: Callable[[float], float]
    slope: Callable[[float], float]
    """The derivative of `to`."""
    farthest: float
    """How far margins are believed. On the scale of logits a single wrong row gives one of 2, at
    95 % confidence; Fisher's z is half the logit of a share from -1 to 1."""


def _exponential(value: float) -> float:
    return math.exp(value) if value < _LARGEST else math.inf


# From here on the exponential overflows.
_LARGEST = math.log(sys.float_info.max)

_SCALES = {
    (0.0, 1.0): _Scale(logit, expit, lambda share: 1 / (share * (1 - share)), 3.0),
    (-1.0, 1.0): _Scale(math.atanh, math.tanh, lambda value: 1 / (1 - value**2), 1.5),
    (0.0, math.inf): _Scale(math.log, _exponential, lambda error: 1 / error, 3.0),
}


def interval(
    metric: str, observed: float, variance: Variance, num_rows: int, confidence: float
) -> Interval | None:
    """The interval, or None if the data cannot give one.

    There is none for a single row, or if the metric is at the end of its range (no row is wrong) in
    every resample. In the last case an accuracy has the exact interval of C. J. Clopper and E. S.
    Pearson, "The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial",
    Biometrika 1934.
    """
    ends = value_range(metric)
    observed = min(max(observed, ends[0]), ends[1])
    is_at_end = observed in ends
    margin = variance.margin(confidence)
    if num_rows < 2 or (is_at_end and margin == 0):
        is_counted = metric in _SHARES_OF_ROWS and is_at_end
        return _without_exception(observed, num_rows, confidence) if is_counted else None
    if is_at_end:
        return Interval(low=max(observed - margin, ends[0]), high=min(observed + margin, ends[1]))
    scale = _SCALES[ends]
    low, high = _end(observed, -margin, scale), _end(observed, margin, scale)
    return Interval(low=min(low, observed), high=max(high, observed))


def _end(observed: float, margin: float, scale: _Scale) -> float:
    """The upper end, or the lower one for a negative margin."""
    middle, reach = scale.to(observed), margin * scale.slope(observed)
    end = float(scale.back(middle + reach))
    if abs(reach) <= scale.farthest:
        return end
    near = float(scale.back(middle + math.copysign(scale.farthest, margin)))
    nearer, farther = (max, min) if margin > 0 else (min, max)
    return farther(end, nearer(near, observed + margin))


def _without_exception(observed: float, num_rows: int, confidence: float) -> Interval:
    """Clopper and Pearson's interval for an observed proportion of 0 or 1."""
    limit = ((1 - confidence) / 2) ** (1 / num_rows)
    return Interval(low=limit, high=1.0) if observed else Interval(low=0.0, high=1 - limit)
