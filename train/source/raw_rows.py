"""The rows of a split as stored by their owner, before text and label columns are chosen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from source.arrow_values import values_of

Scan = Callable[[Sequence[str]], Iterator[pa.RecordBatch]]


@dataclass(frozen=True)
class RawRows:
    """Columns with the stored values of all `num_rows` rows, read in passes.

    A pass holds only a batch of each column in memory, except for columns requested as a whole.
    """

    column_names: list[str]
    num_rows: int
    scan: Scan
    """Yields all rows in order, in batches of those requested columns that exist."""
    decode: Callable[[Any], Any] | None = None
    """Converts a stored value to the owner's, if they differ."""
    class_names: Mapping[str, list[str]] = field(default_factory=dict)
    """For columns that hold 0, 1, 2, ..., or lists of them: the class names, in that order."""
    num_lines: int | None = None
    """Of CSV: the lines that the rows have in the files, without headers and blank lines."""
    notes: Sequence[str] = ()
    """Sentences on how the files were read, where they could be read in another way."""

    def __len__(self) -> int:
        return self.num_rows

    def batches(self, columns: Sequence[str]) -> Iterator[list[list[Any]]]:
        """For each batch the values of each column; None for a column that a file lacks."""
        for batch in self.scan(columns):
            yield [self._values(batch, column) for column in columns]

    def values(self, column: str) -> list[Any]:
        """The whole column, for labels; equal texts are held in memory once."""
        known: dict[str, str] = {}
        return [
            known.setdefault(value, value) if isinstance(value, str) else value
            for (batch,) in self.batches([column])
            for value in batch
        ]

    def take(self, columns: Sequence[str], rows: NDArray[np.int64]) -> list[list[Any]]:
        """The values of each column at these row numbers, which must be ascending."""
        taken: list[list[Any]] = [[] for _ in columns]
        start = 0
        for batch in self.scan(columns):
            first, last = np.searchsorted(rows, [start, start + len(batch)])
            if last > first:
                chosen = batch.take(pa.array(rows[first:last] - start))
                for column, values in zip(columns, taken, strict=True):
                    values += self._values(chosen, column)
            start += len(batch)
            if last == len(rows):
                break
        return taken

    def _values(self, batch: pa.RecordBatch, column: str) -> list[Any]:
        if column not in batch.schema.names:
            return [None] * len(batch)
        values = values_of(batch.column(column))
        return values if self.decode is None else list(map(self.decode, values))
