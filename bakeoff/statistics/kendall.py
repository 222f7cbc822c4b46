"""Kendall's rank correlation tau-b: M. G. Kendall, "The Treatment of Ties in Ranking Problems",
Biometrika 1945.

scipy.stats has it too, but takes a second and 50 MB to import, in a function that needs none of the
rest. It is for hundreds of candidates: the time grows with the square of their number.
"""

from collections.abc import Sequence

import numpy as np


def kendalls_tau(first: Sequence[float], second: Sequence[float]) -> float | None:
    """-1..1, of two sequences of equal length; None if all values of either are equal."""
    one, other = (np.sign(np.subtract.outer(values, values)) for values in (first, second))
    untied = float(np.abs(one).sum()) * float(np.abs(other).sum())
    return float((one * other).sum()) / untied**0.5 if untied else None
