"""The rows of a split as their owner has them, before texts and labels are told apart."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Scan = Callable[[Sequence[str]], Iterator[pa.RecordBatch]]


@dataclass(frozen=True)
class RawRows:
    """Columns of values as they were stored, all of `num_rows`, read in passes.

    No pass holds more than a batch of a column that is not asked for whole.
    """

    column_names: list[str]
    num_rows: int
    scan: Scan
    """All rows in their order, in batches with the asked columns that there are."""
    decode: Callable[[Any], Any] | None = None
    """From a stored value to the owner's, where they differ."""
    class_names: Mapping[str, list[str]] = field(default_factory=dict)
    """For columns that hold 0, 1, 2, ..., or lists of them: what these stand for, in that order."""

    def __len__(self) -> int:
        return self.num_rows

    def batches(self, columns: Sequence[str]) -> Iterator[list[list[Any]]]:
        """Of each batch the values of each column; what a file lacks is None."""
        for batch in self.scan(columns):
            yield [self._values(batch, column) for column in columns]

    def values(self, column: str) -> list[Any]:
        """The whole column: for labels, of which equal texts are held once."""
        known: dict[str, str] = {}
        return [
            known.setdefault(value, value) if isinstance(value, str) else value
            for (batch,) in self.batches([column])
            for value in batch
        ]

    def take(self, columns: Sequence[str], rows: NDArray[np.int64]) -> list[list[Any]]:
        """The values of each column at these row numbers, which have to ascend."""
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
        values: list[Any] = batch.column(column).to_pylist()
        return values if self.decode is None else list(map(self.decode, values))
