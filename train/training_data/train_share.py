"""A part of the train rows for the learning curve, the same for every candidate."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from labelling.labels import SplitLabels
from snapshot.stratified import strata_of


class Rows(Protocol):
    """Rows of a split, of which some can be taken."""

    labels: NDArray[Any]

    def only(self, chosen: NDArray[np.bool_]) -> Self: ...


R = TypeVar("R", bound=Rows)


def with_train_share(splits: Mapping[str, R], num_rows: int | None, seed: int) -> dict[str, R]:
    """The splits with so many rows of train; all of them where that is None."""
    chosen = train_share(splits["train"].labels, num_rows, seed)
    return {**splits, "train": splits["train"] if chosen is None else splits["train"].only(chosen)}


def train_share(labels: NDArray[Any], num_rows: int | None, seed: int) -> NDArray[np.bool_] | None:
    """Which rows to train on, (rows,); None for all, as without `num_rows`.

    A smaller number takes a part of the rows that a larger one takes with the same seed. `labels`
    are in the shape that Task defines.
    """
    if num_rows is None:
        return None
    is_multilabel = labels.ndim > 1
    own = [np.flatnonzero(row).tolist() for row in labels] if is_multilabel else labels
    chosen = np.zeros(len(labels), dtype=bool)
    chosen[_order(own, seed)[:num_rows]] = True
    return chosen


def _order(labels: SplitLabels, seed: int) -> NDArray[np.int64]:
    """An order of the rows, (rows,), whose first rows are a stratified draw, however many are
    taken; rows that have every label between them come before all others.

    Within a stratum the order is random. Where a row comes among those of other strata follows from
    how far it is within its own, so that each stratum contributes its share to the first rows.
    """
    chance = np.random.default_rng(seed)
    strata = strata_of(labels)
    shuffled = chance.permutation(len(strata))
    progress = np.empty(len(strata))
    for stratum in np.unique(strata):
        rows = shuffled[strata[shuffled] == stratum]
        # From a random beginning, or all small strata would come at once.
        progress[rows] = (np.arange(len(rows)) + chance.random()) / len(rows)
    progress[[*_with_every_label(labels, shuffled)]] = -1.0
    return np.argsort(progress, kind="stable")


def _with_every_label(labels: SplitLabels, order: NDArray[np.int64]) -> Iterator[int]:
    """Rows that have every label between them; none in a regression."""
    if not isinstance(labels, list) and np.issubdtype(labels.dtype, np.floating):
        return
    seen: set[int] = set()
    for row in order.tolist():
        own = set(labels[row]) if isinstance(labels, list) else {int(labels[row])}
        if not own <= seen:
            seen |= own
            yield row
