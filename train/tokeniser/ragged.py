"""Rows of different lengths in one array, without a Python object for each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Ragged:
    """Concatenated rows: row r is values[offsets[r] : offsets[r + 1]]."""

    values: NDArray[np.int32]
    """(items,)"""
    offsets: NDArray[np.int64]
    """(rows + 1,), beginning with 0."""

    @classmethod
    def of_bytes(cls, rows: Sequence[bytes]) -> "Ragged":
        """Rows given as the bytes of their int32 values."""
        lengths = np.fromiter(map(len, rows), np.int64, len(rows)) // np.dtype(np.int32).itemsize
        return cls(np.frombuffer(b"".join(rows), np.int32), offsets_of(lengths))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """(rows,)"""
        return np.diff(self.offsets)

    def take(self, rows: NDArray[np.integer]) -> "Ragged":
        """The rows with these indices, in this order."""
        lengths = self.lengths[rows]
        return Ragged(parts_of(self.values, self.offsets[:-1][rows], lengths), offsets_of(lengths))

    def joined(self, offsets: NDArray[np.integer]) -> "Ragged":
        """Concatenate rows: the new row r consists of the rows offsets[r] to offsets[r + 1]."""
        return Ragged(self.values, self.offsets[offsets])


def offsets_of(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """Offsets (rows + 1,) from the lengths (rows,) of rows."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def parts_of(
    values: NDArray[np.int32], starts: NDArray[np.integer], lengths: NDArray[np.integer]
) -> NDArray[np.int32]:
    """The concatenation of values[start : start + length] for each pair."""
    shifts = starts - offsets_of(lengths)[:-1]
    return values[np.repeat(shifts, lengths) + np.arange(int(lengths.sum()))]
