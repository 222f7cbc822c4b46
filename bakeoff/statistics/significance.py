"""Whether two candidates differ, from their difference and its variance."""

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from bakeoff.statistics.variance import SeedVariance, Variance

POWER = 0.8
"""How often the rows that `rows_to_separate` names would tell two candidates apart."""

# More test rows than anybody labels.
_MOST_ROWS = 10**9


def difference_variance(
    difference: float, rows: float, differing_rows: int, seeds: Sequence[SeedVariance]
) -> Variance:
    """Of a difference between two candidates on the same test rows.

    The degrees of freedom of the rows' part count the rows on which the two differ, less one: rows
    that both treat alike tell nothing of how differences vary. Where the two differ on every row,
    as in a regression, that is the paired t-test; where rows are right or wrong it stays close to
    McNemar's exact test even if few rows differ, which the t-test of all rows does not.

    Rows that all differ by the same amount have no variance, and would prove anything. So there is
    a least one: with it, p is 2^(1 - differing_rows), the least that a test by exchange of the two
    (Fisher's sign-flip test) can give, and never below 1/2 for one or two rows.

    Args:
        rows: V_rows of the difference.
        differing_rows: on how many test rows the candidates differ.
    """
    count = max(2, differing_rows)
    most_extreme = float(stdtrit(count - 1, 0.5**count))
    least = (difference / most_extreme) ** 2
    return Variance(max(rows, least), count - 1, seeds)


def p_value(difference: float, variance: Variance) -> float:
    """Two-sided, of Student's t; 1 if there is no difference."""
    if difference == 0:
        return 1.0
    error = variance.standard_error
    return float(2 * stdtr(variance.degrees, -abs(difference) / error)) if error else 0.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted for being that many: S. Holm, "A Simple Sequentially Rejective Multiple Test
    Procedure", Scandinavian Journal of Statistics 1979.

    The smallest of m is multiplied by m, the next one by m - 1 and so on; none is less than the one
    before, or more than 1.
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    factors = np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.maximum.accumulate(values[order] * factors)
    return np.minimum(adjusted, 1.0).tolist()


def rows_to_separate(
    difference: float, variance: Variance, num_rows: int, significance: float
) -> int | None:
    """Test rows at which the difference would be found significant with POWER.

    If it is as large as it seems and rows and seeds vary as they seem to: the fewest at which

        |difference| >= (t + z) * standard error,

    with t of Student's distribution for the significance and z = 0.84 of the normal one for the
    power. None if no number of rows does it, or only one beyond a billion.

    Args:
        significance: of a two-sided test, such as 0.05.
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
