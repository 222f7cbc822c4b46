"""The significance of a difference between two candidates."""

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from bakeoff.statistics.variance import SeedVariance, Variance

POWER = 0.8
"""The power of the test with the number of rows that `rows_to_separate` returns."""

# More test rows than anyone would label.
_MOST_ROWS = 10**9


def difference_variance(
    difference: float, rows: float, differing_rows: int, seeds: Sequence[SeedVariance]
) -> Variance:
    """The variance of a difference between two candidates on the same test rows.

    The degrees of freedom of V_rows are the number of rows on which the two differ, less one,
    because the other rows carry no information on how differences vary. If the two differ on every
    row, as in a regression, this is the paired t-test. If rows are right or wrong, it stays close
    to McNemar's exact test even with few differing rows, while a t-test over all rows does not.

    If all rows differ by the same amount, the variance is 0 and anything would be significant. So
    there is a lower bound, at which p is 2^(1 - differing_rows), the smallest p-value of Fisher's
    sign-flip test, but at least 1/2 for one or two rows.

    Args:
        rows: V_rows of the difference.
        differing_rows: the number of test rows on which the candidates differ.
    """
    count = max(2, differing_rows)
    most_extreme = float(stdtrit(count - 1, 0.5**count))
    least = (difference / most_extreme) ** 2
    return Variance(max(rows, least), count - 1, seeds)


def p_value(difference: float, variance: Variance) -> float:
    """Two-sided p-value from Student's t; 1 if there is no difference."""
    if difference == 0:
        return 1.0
    error = variance.standard_error
    return float(2 * stdtr(variance.degrees, -abs(difference) / error)) if error else 0.0


def holm(p_values: Sequence[float], num_tests: int | None = None) -> list[float]:
    """P-values adjusted for multiple testing: S. Holm, "A Simple Sequentially Rejective Multiple
    Test Procedure", Scandinavian Journal of Statistics 1979.

    The smallest of m p-values is multiplied by m, the next one by m - 1 and so on; none gets less
    than the one before, or more than 1.

    Args:
        num_tests: m, if more tests were made than p-values are given. The result is then an upper
            bound of what all the p-values together would give.
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    factors = (num_tests or len(values)) - np.arange(len(values))
    adjusted = np.empty_like(values)
    adjusted[order] = np.maximum.accumulate(values[order] * factors)
    return np.minimum(adjusted, 1.0).tolist()


def rows_to_separate(
    difference: float, variance: Variance, num_rows: int, significance: float
) -> int | None:
    """The number of test rows at which a test would find the difference with the power POWER.

    It assumes that the difference and the variances are as observed, and is the fewest rows with

        |difference| >= (t + z) * standard error,

    where t is the quantile of Student's distribution for the significance level, and z = 0.84 that
    of the normal distribution for the power. None if no number of rows up to a billion suffices.

    Args:
        significance: the level of the two-sided test, such as 0.05.
    """

    def is_enough(times: float) -> bool:
        larger = variance.with_rows(times)
        t = -float(stdtrit(larger.degrees, significance / 2))
        return abs(difference) >= (t + ndtri(POWER)) * larger.standard_error

    most = _MOST_ROWS / num_rows
    if difference == 0 or not is_enough(most):
        return None
    low, high = 1.0, max(1.0, most)
    while high / low > 1 + 1e-6:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return math.ceil(num_rows * high)
