"""Raw rows without a file, of any values."""

import pickle
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from source.raw_rows import RawRows


def memory_rows(
    columns: Mapping[str, Sequence[Any]], class_names: Mapping[str, list[str]] | None = None
) -> RawRows:
    stored = {
        name: pa.array([pickle.dumps(value) for value in values], pa.binary())
        for name, values in columns.items()
    }
    num_rows = len(next(iter(columns.values()), ()))
    scan = partial(_scan, pa.table(stored))
    return RawRows(list(columns), num_rows, scan, pickle.loads, class_names or {})


def _scan(table: pa.Table, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    # Fewer rows in a batch than tests have in all.
    return iter(table.select(list(columns)).to_batches(max_chunksize=7))
