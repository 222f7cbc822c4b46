"""Stratified draws of rows."""

import numpy as np
from numpy.typing import NDArray

from labelling.labels import SplitLabels

Indices = NDArray[np.int64]
MOST_BINS = 10
_ROWS_PER_BIN = 4


def strata_of(labels: SplitLabels) -> Indices:
    """The stratum of each row, (rows,); a stratified draw takes the same share of each.

    The stratum is the class; for numbers one of at most MOST_BINS bins of equally many rows; for
    sets of labels the row's rarest label, or a separate stratum for rows without labels.
    """
    if isinstance(labels, list):
        return _rarest(labels)
    if np.issubdtype(labels.dtype, np.floating):
        return _bins(labels.astype(np.float64))
    return labels.astype(np.int64)


def _bins(numbers: NDArray[np.float64]) -> Indices:
    count = min(MOST_BINS, max(1, len(numbers) // _ROWS_PER_BIN))
    edges = np.quantile(numbers, np.arange(1, count) / count)
    return np.searchsorted(edges, numbers, side="right")


def _rarest(sets: list[list[int]]) -> Indices:
    rows_of = np.bincount([label for row in sets for label in row], minlength=1)
    return np.array(
        [min(row, key=lambda label: (rows_of[label], label), default=-1) for row in sets],
        dtype=np.int64,
    )


def stratified_draw(
    classes: NDArray[np.int64], count: int, rng: np.random.Generator, *, leave: int = 0
) -> tuple[Indices, Indices]:
    """Split the rows into `count` drawn ones and the rest, both in the order of the rows.

    Each class contributes its share, rounded by the largest remainders, and at least one row if
    `count` allows it. It keeps at least `leave` rows, so fewer than `count` rows are drawn if the
    classes are too small.
    """
    _, sizes = np.unique(classes, return_counts=True)
    quotas = _quotas(sizes, count, np.maximum(sizes - leave, 0))
    by_class = np.split(np.argsort(classes, kind="stable"), np.cumsum(sizes)[:-1])
    drawn = [rng.permutation(rows)[:quota] for rows, quota in zip(by_class, quotas, strict=True)]
    taken = np.sort(np.concatenate(drawn)).astype(np.int64)
    rest = np.setdiff1d(np.arange(len(classes), dtype=np.int64), taken, assume_unique=True)
    return taken, rest


def _quotas(sizes: Indices, count: int, limits: Indices) -> Indices:
    """The number of rows to draw of each class, `count` in total or as many as `limits` allow."""
    count = min(count, int(limits.sum()))
    shares = sizes * (count / sizes.sum())
    quotas = np.minimum(np.maximum(np.floor(shares), 1), limits).astype(np.int64)
    while (short := count - int(quotas.sum())) > 0:
        quotas[_first(shares - quotas, quotas < limits, short)] += 1
    # The minimum of one row for rare classes may exceed `count`: then common classes give rows
    # back or, if all have a single row, the rarest ones do.
    while (excess := int(quotas.sum()) - count) > 0:
        can_give = quotas > (1 if quotas.max() > 1 else 0)
        quotas[_first(quotas - shares, can_give, excess)] -= 1
    return quotas


def _first(need: NDArray[np.float64], eligible: NDArray[np.bool_], most: int) -> Indices:
    """At most `most` eligible classes, those with the greatest need."""
    order = np.argsort(-need, kind="stable")
    return order[eligible[order]][:most]
