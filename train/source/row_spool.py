"""Writes rows from a stream to Parquet files on disk."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

MOST_ROWS = 1 << 16
MOST_CHARACTERS = 1 << 24
MOST_CELLS = 1 << 22
"""Rows times columns; also those that a row lacks."""


class Spool:
    """Takes rows one by one and holds only a part of them in memory.

    Each part becomes a file of its own with the columns of its rows, as new columns may occur late.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: list[Path] = []
        self._columns: dict[str, list[str | None]] = {}
        self._num_rows = 0
        self._num_characters = 0

    def append(self, row: dict[str, str | None], num_characters: int) -> None:
        """Add a row; columns that it lacks are None. `num_characters` is its size."""
        for name, value in row.items():
            column = self._columns.get(name)
            if column is None:
                column = self._columns[name] = []
            if len(column) < self._num_rows:
                column += [None] * (self._num_rows - len(column))
            column.append(value)
        self._num_rows += 1
        self._num_characters += num_characters
        if (
            self._num_rows >= MOST_ROWS
            or self._num_characters >= MOST_CHARACTERS
            or self._num_rows * len(self._columns) >= MOST_CELLS
        ):
            self._flush()

    def close(self) -> list[Path]:
        """The files, in the order of the rows."""
        if self._num_rows:
            self._flush()
        return self._paths

    def _flush(self) -> None:
        columns = {
            name: pa.array([*values, *[None] * (self._num_rows - len(values))], pa.large_string())
            for name, values in (self._columns or {"": []}).items()
        }
        path = self._folder / f"part-{len(self._paths):06}.parquet"
        pq.write_table(pa.table(columns), path, compression="zstd", compression_level=1)
        self._paths.append(path)
        self._columns, self._num_rows, self._num_characters = {}, 0, 0
