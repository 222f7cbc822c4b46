"""Rows of Parquet files, and of the hub's data sets, read in batches of single columns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Dataset, Features, List

from source.raw_rows import RawRows

BATCH_ROWS = 1024
_READ_BYTES = 1 << 20


def parquet_rows(
    paths: Sequence[Path],
    *,
    column_names: list[str] | None = None,
    decode: Callable[[Any], Any] | None = None,
) -> RawRows:
    """The rows of all files; a column that a file lacks is None there.

    Raises ValueError if files name classes differently, pyarrow's errors, and OSError.
    """
    num_rows = 0
    names: dict[str, None] = {}
    classes: dict[str, list[str]] = {}
    for path in paths:
        with pq.ParquetFile(path) as file:
            num_rows += file.metadata.num_rows
            own = file.schema_arrow.names
            if len(set(own)) < len(own):
                raise ValueError(f"{path.name} has two columns of one name")
            names |= dict.fromkeys(own)
            for column, named in _class_names_in(file.schema_arrow).items():
                if classes.setdefault(column, named) != named:
                    raise ValueError(f"{path.name} names other classes of {column!r}")
    columns = list(names) if column_names is None else column_names
    return RawRows(columns, num_rows, partial(_scan_files, list(paths)), decode, classes)


def hub_rows(dataset: Dataset) -> RawRows:
    """The rows of a data set of the hub, which the library memory-maps from files."""
    columns, num_rows = list(dataset.column_names), len(dataset)
    return RawRows(
        columns, num_rows, partial(_scan_dataset, dataset), None, class_names(dataset.features)
    )


def class_names(features: Mapping[str, Any]) -> dict[str, list[str]]:
    """The class names of the columns of ClassLabel, or of lists of these."""
    inner = {
        name: feature.feature if isinstance(feature, List) else feature
        for name, feature in features.items()
    }
    return {
        name: list(feature.names)
        for name, feature in inner.items()
        if isinstance(feature, ClassLabel)
    }


def _class_names_in(schema: pa.Schema) -> dict[str, list[str]]:
    if b"huggingface" not in (schema.metadata or {}):
        return {}
    return class_names(Features.from_arrow_schema(schema))


def _scan_files(paths: Sequence[Path], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for path in paths:
        # Use a small buffer; a row group's whole column may be as large as the file.
        with pq.ParquetFile(path, buffer_size=_READ_BYTES, pre_buffer=False) as file:
            for batch in file.iter_batches(BATCH_ROWS, columns=list(columns), use_threads=False):
                # This finds texts that are not UTF-8.
                batch.validate(full=True)
                yield batch


def _scan_dataset(dataset: Dataset, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for table in dataset.select_columns(list(columns)).with_format("arrow").iter(BATCH_ROWS):
        yield from table.combine_chunks().to_batches()
