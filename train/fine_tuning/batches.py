"""Divides the rows of each epoch into batches; depends on lengths, seed and epoch only."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import Sampler

# Rows are sorted by length within groups of about this many batches. Fewer batches would need more
# padding, more would be less random.
BATCHES_PER_GROUP = 64


class Batches(Sampler[list[int]]):
    """Batches of row numbers for a DataLoader, for the epoch in the attribute `epoch`.

    In each epoch every row is in exactly one batch. All epochs have the same number of batches but
    divide the rows differently.

    Args:
        lengths: (rows,), in tokens.
        seed: the seed for all epochs.
        num_epochs: the largest possible number of epochs.
        rows_per_batch: the last batch may have fewer.
        tokens_per_batch: the most tokens of a batch, including padding, instead of rows_per_batch;
            a longer row is a batch of its own.
        by_length: batch rows of similar length together to reduce padding. Rows are distributed at
            random over two or more groups, sorted by length within each, and cut into batches,
            which are then shuffled. If False, batches are random.
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
        """Groups of whole batches, each sorted by descending length, with ties in random order."""
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
    """Where each batch begins, so that its rows times their longest length stay in the budget."""
    starts, longest = [0], 0
    for index, length in enumerate(lengths):
        longest = max(longest, length)
        if longest * (index - starts[-1] + 1) > budget and index > starts[-1]:
            starts.append(index)
            longest = length
    return starts
