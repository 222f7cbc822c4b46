"""Rows of Parquet files, and of the hub's data sets, read in batches of single columns."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Dataset, Features, List

from limits.memory_limit import memory_limit
from source.arrow_values import check_lengths, plain_batch
from source.data_problems import FileError
from source.data_streams import COMPRESSIONS, opened
from source.limits import (
    FREE_EXPANSION_BYTES,
    MAX_BATCH_BYTES,
    MAX_COLUMNS,
    MAX_EXPANSION,
    MAX_ROWS,
)
from source.raw_rows import RawRows
from source.text_files import TextForm
from storage.error_text import one_line

BATCH_ROWS = 1024
_READ_BYTES = 1 << 20


def read_parquet(paths: Sequence[Path], folder: Path, form: TextForm) -> RawRows:
    """Read Parquet files, with class names if `datasets` wrote them.

    Raises FileError, pyarrow's errors, and OSError.
    """
    if form.encoding is not None:
        raise FileError("Texts in Parquet are always UTF-8.", 'Leave out "encoding".')
    unpacked = [_uncompressed(path, folder) for path in paths]
    for path in unpacked:
        _check_expansion(path)
    return parquet_rows(unpacked)


def _uncompressed(path: Path, folder: Path) -> Path:
    """Uncompress a file, because Parquet needs random access, which compressed streams lack."""
    if path.suffix.lower() not in COMPRESSIONS:
        return path
    target = folder / path.stem
    with opened(path) as stream, target.open("wb") as file:
        shutil.copyfileobj(stream, file, 1 << 20)
    return target


def _check_expansion(path: Path) -> None:
    """Raises FileError for a file that would unpack to far more than any rows do."""
    with pq.ParquetFile(path) as file:
        groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
        num_bytes = sum(group.total_byte_size for group in groups)
    size = path.stat().st_size
    if num_bytes > max(FREE_EXPANSION_BYTES, MAX_EXPANSION * size):
        raise FileError(
            f"{path.name} has {size:,} bytes and unpacks to {num_bytes:,}; at most "
            f"{MAX_EXPANSION} times a file's size are read.",
            "If these really are rows, write the file without compression.",
        )


def parquet_rows(
    paths: Sequence[Path],
    *,
    column_names: list[str] | None = None,
    decode: Callable[[Any], Any] | None = None,
    num_lines: int | None = None,
    notes: Sequence[str] = (),
) -> RawRows:
    """The rows of all files; a column that a file lacks is None there.

    Raises FileError if files name classes differently, pyarrow's errors, and OSError.
    """
    num_rows = 0
    names: dict[str, None] = {}
    classes: dict[str, list[str]] = {}
    all_notes = list(notes)
    for path in paths:
        with pq.ParquetFile(path) as file:
            num_rows += file.metadata.num_rows
            own = file.schema_arrow.names
            if len(set(own)) < len(own):
                raise FileError(f"{path.name} has two columns of one name.", "Rename one.")
            names |= dict.fromkeys(own)
            found, note = _class_names_in(file.schema_arrow)
        if note:
            all_notes.append(f"{path.name}: {note}")
        for column, named in found.items():
            if classes.setdefault(column, named) != named:
                problem = f"{path.name} names other classes of {column!r} than the files before it."
                raise FileError(problem, "Write all files with the same names of classes.")
    if num_rows > MAX_ROWS or len(names) > MAX_COLUMNS:
        raise FileError(
            f"There are {num_rows:,} rows and {len(names):,} columns; at most {MAX_ROWS:,} rows "
            f"and {MAX_COLUMNS:,} columns are read.",
            "Give a sample of the rows, and only the columns of texts and labels.",
        )
    columns = list(names) if column_names is None else column_names
    scan = partial(_scan_files, list(paths))
    return RawRows(columns, num_rows, scan, decode, classes, num_lines, all_notes)


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


def _class_names_in(schema: pa.Schema) -> tuple[dict[str, list[str]], str]:
    """The class names, and a note if there may be some that cannot be read."""
    if b"huggingface" not in (schema.metadata or {}):
        return {}, ""
    try:
        return class_names(Features.from_arrow_schema(schema)), ""
    # The library raises whatever the description's content leads to.
    except Exception as error:
        reason = one_line(error)
        return {}, f"its description by the datasets library was ignored ({reason})."


def _scan_files(paths: Sequence[Path], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for path in paths:
        # Use a small buffer; a row group's whole column may be as large as the file.
        with pq.ParquetFile(path, buffer_size=_READ_BYTES, pre_buffer=False) as file:
            batches = file.iter_batches(BATCH_ROWS, columns=list(columns), use_threads=False)
            start = 0
            while (batch := _next_of(batches, path, start)) is not None:
                # This finds texts that are not UTF-8.
                batch.validate(full=True)
                check_lengths(batch, f"{path.name}, rows from {start:,}")
                start += len(batch)
                yield plain_batch(batch)


def _next_of(batches: Iterator[pa.RecordBatch], path: Path, start: int) -> pa.RecordBatch | None:
    """The next batch, unless it is too large: a few bytes of a dictionary may be gigabytes."""
    try:
        with memory_limit(MAX_BATCH_BYTES):
            return next(batches, None)
    except MemoryError as error:
        raise FileError(
            f"{path.name}: {BATCH_ROWS:,} rows from {start:,} take more than "
            f"{MAX_BATCH_BYTES >> 30} GB of memory, the most that is used for them.",
            "Shorten the values of these rows.",
        ) from error


def _scan_dataset(dataset: Dataset, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    start = 0
    for table in dataset.select_columns(list(columns)).with_format("arrow").iter(BATCH_ROWS):
        for batch in table.combine_chunks().to_batches():
            check_lengths(batch, f"rows from {start:,}")
            start += len(batch)
            yield plain_batch(batch)
