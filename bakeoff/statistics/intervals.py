"""The confidence interval of a candidate's own metric.

The metric's mean over the seeds, less and more Student's t times its standard error
(`variance.py`), on a scale without ends: the logit of a share, the inverse hyperbolic tangent of a
correlation (Fisher's z), the logarithm of an error. So it stays within what the metric can be, and
reaches further to the side on which there is more room, as it should near an end: of 200 rows with
4 wrong ones, the accuracy 0.980 [0.948, 0.993]. In simulations it covers better than the
bootstrap's own percentiles where few rows are wrong, and as well elsewhere (docs/statistics.md).

The standard error goes to the other scale by the derivative there (the delta method; A. W. van der
Vaart, "Asymptotic Statistics", 1998, chapter 3).
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import expit, logit

from bakeoff.metrics import value_range
from bakeoff.statistics.variance import Variance
from bakeoff.summary.document import Interval

# Means over rows of what is right or wrong.
_SHARES_OF_ROWS = ("accuracy", "subset_accuracy")


@dataclass(frozen=True)
class _Scale:
    """Without ends, for metrics that have them."""

    to: Callable[[float], float]
    back: Callable[[float], float]
    slope: Callable[[float], float]
    """The derivative of `to`."""


def _exponential(value: float) -> float:
    return math.exp(value) if value < _LARGEST else math.inf


# Of this and more the exponential is no number.
_LARGEST = math.log(sys.float_info.max)

_SCALES = {
    (0.0, 1.0): _Scale(logit, expit, lambda share: 1 / (share * (1 - share))),
    (-1.0, 1.0): _Scale(math.atanh, math.tanh, lambda value: 1 / (1 - value**2)),
    (0.0, math.inf): _Scale(math.log, _exponential, lambda error: 1 / error),
}


def interval(
    metric: str, observed: float, variance: Variance, num_rows: int, confidence: float
) -> Interval | None:
    """None where the rows do not tell: there is but one, or they vary beyond measure, or the metric
    is at an end of its range (no row is wrong) and stays there in every resample.

    Of an accuracy it is Clopper and Pearson's exact one then: a model with a lower one would
    hardly have been right on all rows (C. J. Clopper and E. S. Pearson, "The Use of Confidence or
    Fiducial Limits Illustrated in the Case of the Binomial", Biometrika 1934).
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
    middle, reach = scale.to(observed), margin * scale.slope(observed)
    low, high = float(scale.back(middle - reach)), float(scale.back(middle + reach))
    return (
        Interval(low=min(low, observed), high=max(high, observed)) if math.isfinite(high) else None
    )


def _without_exception(observed: float, num_rows: int, confidence: float) -> Interval:
    """Of a share of rows that is 0 or 1."""
    limit = ((1 - confidence) / 2) ** (1 / num_rows)
    return Interval(low=limit, high=1.0) if observed else Interval(low=0.0, high=1 - limit)
