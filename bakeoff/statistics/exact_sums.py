"""Sums that are the same in whatever order they are added up.

A matrix product on several threads may add in another order than on one, and round differently.
Multiples of one power of two that stay below 2^53 of it are added without rounding, so each number
is split into two such multiples, a coarse one and a fine one.
"""

import numpy as np
from numpy.typing import NDArray

# A double has 53 bits; one is left for the halves that rounding to multiples may add.
_BITS = 52


class ExactSums:
    """Sums of numbers (K, R) over rows that are drawn a few times each."""

    def __init__(self, numbers: NDArray[np.float64]) -> None:
        self._coarse, rest = _multiples(numbers)
        self._fine, _ = _multiples(rest)

    def __call__(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """(K, B) of counts (R, B), whose columns sum to R."""
        sums: NDArray[np.float64] = self._coarse @ counts + self._fine @ counts
        return sums


def _multiples(numbers: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each number to the next multiple of a power of two, and what is left of it.

    The power of each row of numbers is such that R times the largest is below 2^52 of it.
    """
    largest = np.abs(numbers).max(axis=1, keepdims=True) * numbers.shape[1]
    _, exponent = np.frexp(largest)
    # No power below the smallest number there is.
    unit = np.ldexp(1.0, np.maximum(exponent - _BITS, -1022))
    multiples = np.rint(numbers / unit) * unit
    return multiples, numbers - multiples
