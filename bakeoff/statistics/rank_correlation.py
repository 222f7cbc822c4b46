"""Spearman's correlation in many resamples at once.

It is Pearson's correlation of mean ranks. The rows are sorted once. In a resample, let B be the
number of draws of rows with a smaller value than a row's, and C that of rows with a smaller or
equal value. Then rows of that value share the mean rank (B + C + 1) / 2. With N draws in all,
twice the rank's distance from the mean rank is d = B + C - N, a whole number, so sums of its
products are exact. The sum of d is 0, and the sum of d^2 is (N^3 - sum of G^3 over the groups of G
tied draws) / 3 (M. G. Kendall, "Rank Correlation Methods", 1948, chapter 3).
"""

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.ratios import ratio

Floats = NDArray[np.float64]
Counts = NDArray[np.int32]

# Numbers to process at once, so that they fit into a core's cache.
_PART_NUMBERS = 200_000


class RankCorrelation:
    """The rank correlation of several predictions (K, R) with one truth (R,)."""

    def __init__(self, predicted: Floats, truth: Floats) -> None:
        self._predicted = [_Order(row) for row in predicted]
        self._truth = _Order(truth)

    def __call__(self, counts: NDArray[np.float32]) -> Floats:
        """(K, B), where counts (R, B) is how often each row is drawn; 0 if either is constant."""
        num_parts = max(1, counts.size // _PART_NUMBERS)
        parts = np.array_split(counts.T, min(num_parts, counts.shape[1]))
        return np.hstack([self._of_part(part.astype(np.int32, order="C")) for part in parts])

    def _of_part(self, drawn: Counts) -> Floats:
        distances, ties = self._truth.distances(drawn)
        # For each row, its draws times the distance of its rank.
        weighted = drawn * self._truth.in_rows(distances)
        cubes = drawn.sum(axis=1, dtype=np.float64) ** 3 - _cubes(drawn)
        truth_spread = (cubes - ties) / 3
        result = np.empty((len(self._predicted), len(drawn)))
        for found, order in zip(result, self._predicted, strict=True):
            distances, ties = order.distances(drawn)
            covariance = np.vecdot(distances, order.sorted(weighted))
            spread = (cubes - ties) / 3
            found[:] = ratio(covariance, np.sqrt(spread) * np.sqrt(truth_spread))
        return np.clip(result, -1, 1)


class _Order:
    """The ascending order of values (R,)."""

    def __init__(self, values: Floats) -> None:
        self._order = np.argsort(values, kind="stable")
        ordered = values[self._order]
        firsts = np.searchsorted(ordered, ordered, side="left")
        lasts = np.searchsorted(ordered, ordered, side="right") - 1
        self._tied = np.flatnonzero(firsts != lasts)
        self._firsts, self._lasts = firsts[self._tied], lasts[self._tied]

    def sorted(self, per_row: NDArray[np.generic]) -> NDArray[np.generic]:
        """Rearrange values of rows (B, R) into ascending order."""
        return np.take(per_row, self._order, axis=1)

    def in_rows(self, ordered: Floats) -> Floats:
        """Rearrange values in ascending order (B, R) into the order of the rows."""
        rows = np.empty_like(ordered)
        rows[:, self._order] = ordered
        return rows

    def distances(self, drawn: Counts) -> tuple[Floats, Floats]:
        """The distance d of each rank, (B, R) in ascending order, and (B,) the amount that ties
        between different rows add to the sum of G^3."""
        counts = np.take(drawn, self._order, axis=1)
        up_to = np.cumsum(counts, axis=1, dtype=np.int32)
        before = up_to - counts
        distances = before + up_to
        ties = np.zeros(len(drawn))
        # Usually few values occur in several rows, so only these are looked up.
        if len(self._tied):
            begin, end = before[:, self._firsts], up_to[:, self._lasts]
            distances[:, self._tied] = begin + end
            alone = counts[:, self._tied].astype(np.float64)
            together = (end - begin).astype(np.float64)
            # Over a group's rows, the draws of each add up to G.
            ties = np.vecdot(alone, together**2) - _cubes(alone)
        distances -= up_to[:, -1:]
        return distances.astype(np.float64), ties


def _cubes(counts: NDArray[np.generic]) -> Floats:
    wide = counts.astype(np.float64)
    return np.vecdot(wide, wide**2)
