"""Which rows make up each batch of each epoch: a function of lengths, seed and epoch alone."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import Sampler

# Rows are sorted by length within groups of about so many batches. Fewer batches would leave more
# padding, more would leave less to chance.
BATCHES_PER_GROUP = 64


class Batches(Sampler[list[int]]):
    """Batches of row numbers for a DataLoader, those of the epoch that `epoch` says.

    In each epoch every row stands in one batch. Every epoch has the same number of batches, and
    another division of the rows into them.

    Args:
        lengths: (rows,), in tokens.
        seed: of all epochs.
        num_epochs: how many epochs there will be at most.
        rows_per_batch: the last batch may have fewer.
        tokens_per_batch: what a batch may hold, padding included, in place of rows_per_batch; a
            row that is longer is a batch of its own.
        by_length: put rows of similar length together, so that little is padded: rows are dealt
            at random into two groups or more, sorted by length in each, and cut into batches,
            whose order is then random. False: any rows.
    """

    def __init__(
        self,
        lengths: NDArray[np.integer],
        *,
        seed: int,
        num_epochs: int,
        rows_per_batch: int,
        tokens_per_batch: int | None = None,
        by_length: bool = True,
    ) -> None:
        self.epoch = 0
        self._lengths = lengths
        self._seed = seed
        self._rows_per_batch = rows_per_batch
        self._tokens_per_batch = tokens_per_batch
        self._by_length = by_length
        self._count = max(len(self._cut_batches(epoch)) for epoch in range(num_epochs))

    def __len__(self) -> int:
        """Batches in an epoch."""
        return self._count

    def __iter__(self) -> Iterator[list[int]]:
        return (batch.tolist() for batch in self.of_epoch(self.epoch))

    def of_epoch(self, epoch: int) -> list[NDArray[np.int64]]:
        """The batches of one epoch (0 is the first), each a (rows,) array of row numbers."""
        batches = self._cut_batches(epoch)
        while len(batches) < self._count:
            largest = max(range(len(batches)), key=lambda index: len(batches[index]))
            batches[largest : largest + 1] = np.array_split(batches[largest], 2)
        order = self._chance(epoch, "order").permutation(len(batches))
        return [batches[index] for index in order]

    def _chance(self, epoch: int, draw: str) -> np.random.Generator:
        return np.random.default_rng([self._seed, epoch, ("rows", "order").index(draw)])

    def _cut_batches(self, epoch: int) -> list[NDArray[np.int64]]:
        rows = self._chance(epoch, "rows").permutation(len(self._lengths))
        groups = self._groups(rows) if self._by_length else [rows]
        return [batch for group in groups for batch in self._cut(group)]

    def _groups(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Parts of whole batches, each sorted from long to short, equals in a random order."""
        per_batch = self._usual_rows_per_batch()
        num_batches = math.ceil(len(rows) / per_batch)
        num_groups = max(2, round(num_batches / BATCHES_PER_GROUP))
        per_group = math.ceil(num_batches / num_groups) * per_batch
        groups = [rows[start : start + per_group] for start in range(0, len(rows), per_group)]
        return [group[np.argsort(-self._lengths[group], kind="stable")] for group in groups]

    def _usual_rows_per_batch(self) -> int:
        if self._tokens_per_batch is None:
            return self._rows_per_batch
        return max(1, round(self._tokens_per_batch / float(self._lengths.mean())))

    def _cut(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        if self._tokens_per_batch is None:
            starts = [*range(0, len(rows), self._rows_per_batch)]
        else:
            starts = _starts_by_tokens(self._lengths[rows].tolist(), self._tokens_per_batch)
        return np.split(rows, starts[1:])


def _starts_by_tokens(lengths: list[int], budget: int) -> list[int]:
    """Where each batch begins, so that rows times the longest of them stay within the budget."""
    starts, longest = [0], 0
    for index, length in enumerate(lengths):
        longest = max(longest, length)
        if longest * (index - starts[-1] + 1) > budget and index > starts[-1]:
            starts.append(index)
            longest = length
    return starts


def longest_first(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """An order of rows in which neighbours, and so a batch, are of similar length."""
    return np.argsort(-lengths, kind="stable")
