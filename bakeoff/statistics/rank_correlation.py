"""Spearman's correlation of many resamples at once.

It is Pearson's correlation of mean ranks. With the rows sorted once, a resample's ranks follow from
how often the rows before a row were drawn: if C draws come up to the last row with the same value
and B before the first one, they share the mean rank (B + C + 1) / 2. With N draws in all, twice the
rank less its mean is d = B + C - N, a whole number, so that sums of its products are exact. The sum
of d is 0, and that of d^2 is (N^3 - the sum, over groups of G equal draws, of G^3) / 3 (M. G.
Kendall, "Rank Correlation Methods", 1948, chapter 3).
"""

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.ratios import ratio

Floats = NDArray[np.float64]
Counts = NDArray[np.int32]

# Numbers that are worked on at once: what fits a core's cache.
_PART_NUMBERS = 200_000


class RankCorrelation:
    """Of several predictions (K, R) with one truth (R,)."""

    def __init__(self, predicted: Floats, truth: Floats) -> None:
        self._predicted = [_Order(row) for row in predicted]
        self._truth = _Order(truth)

    def __call__(self, counts: NDArray[np.float32]) -> Floats:
        """(K, B) of rows drawn as often as counts (R, B) says; 0 where one does not vary."""
        num_parts = max(1, counts.size // _PART_NUMBERS)
        parts = np.array_split(counts.T, min(num_parts, counts.shape[1]))
        return np.hstack([self._of_part(part.astype(np.int32, order="C")) for part in parts])

    def _of_part(self, drawn: Counts) -> Floats:
        distances, ties = self._truth.distances(drawn)
        # Of each row: its draws times its rank's distance.
        weighted = drawn * self._truth.in_rows(distances)
        cubes = drawn.shape[1] ** 3 - _cubes(drawn)
        truth_spread = (cubes - ties) / 3
        result = np.empty((len(self._predicted), len(drawn)))
        for found, order in zip(result, self._predicted, strict=True):
            distances, ties = order.distances(drawn)
            covariance = np.vecdot(distances, order.sorted(weighted))
            spread = (cubes - ties) / 3
            found[:] = ratio(covariance, np.sqrt(spread) * np.sqrt(truth_spread))
        return np.clip(result, -1, 1)


class _Order:
    """Of values (R,), from the lowest to the highest."""

    def __init__(self, values: Floats) -> None:
        self._order = np.argsort(values, kind="stable")
        ordered = values[self._order]
        firsts = np.searchsorted(ordered, ordered, side="left")
        lasts = np.searchsorted(ordered, ordered, side="right") - 1
        self._tied = np.flatnonzero(firsts != lasts)
        self._firsts, self._lasts = firsts[self._tied], lasts[self._tied]

    def sorted(self, per_row: NDArray[np.generic]) -> NDArray[np.generic]:
        """Of rows (B, R), in the order of the values."""
        return np.take(per_row, self._order, axis=1)

    def in_rows(self, ordered: Floats) -> Floats:
        """What is in the order of the values, in that of the rows."""
        rows = np.empty_like(ordered)
        rows[:, self._order] = ordered
        return rows

    def distances(self, drawn: Counts) -> tuple[Floats, Floats]:
        """Of each rank, (B, R) in the order of the values; and (B,) what equal values of several
        rows add to the sum of G^3."""
        counts = np.take(drawn, self._order, axis=1)
        up_to = np.cumsum(counts, axis=1, dtype=np.int32)
        before = up_to - counts
        distances = before + up_to
        ties = np.zeros(len(drawn))
        # Few values are those of several rows as a rule, so these alone are looked up.
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
