"""Reads rows from CSV, JSON and Parquet files, with each value as written.

The readers of `datasets` are not used for CSV and JSON, because they guess types: "NA" would become
missing, "01" would become 1, dates would not stay texts, and a row with an extra field would be
shifted. The files are parsed once and spooled to Parquet files on disk, from which single columns
can be read repeatedly.
"""

import csv
import io
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa

from source.parquet_rows import parquet_rows
from source.raw_rows import RawRows
from source.row_spool import Spool

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
DELIMITERS = ",;\t|"
_SAMPLE_CHARACTERS = 1 << 16
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_empty(path: Path) -> bool:
    """Whether the file, uncompressed, is empty."""
    with _opened(path) as stream:
        return not stream.read(1)


def read_csv(paths: Sequence[Path], folder: Path) -> RawRows:
    """Read CSV in UTF-8 or UTF-16 with a header; every value is a text.

    The delimiter is the one of DELIMITERS that the header contains. If it contains several, it is
    the one with which most of the first lines have as many fields as the header.

    Raises ValueError or csv.Error for invalid files, and OSError.
    """
    csv.field_size_limit(sys.maxsize)
    spool = Spool(folder)
    header: list[str] = []
    for path in paths:
        with _text(path, newline="") as file:
            reader = csv.reader(file, strict=True, delimiter=_delimiter(path))
            try:
                header = _append_csv(reader, header, spool)
            except csv.Error as error:
                raise ValueError(f"{path.name}, line {reader.line_num}: {error}") from error
            except _ShapeError as error:
                raise ValueError(f"{path.name}, line {reader.line_num} {error}") from None
    return parquet_rows(spool.close(), column_names=header)


class _ShapeError(Exception):
    """A line does not fit the table; the message continues after the line's number."""


def _append_csv(reader: Any, known: list[str], spool: Spool) -> list[str]:
    """Append the rows of one file; returns its header, which must equal that of earlier files."""
    header = next(reader, None)
    if header is None:
        return known
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise _ShapeError(f"names the column {twice[0]!r} twice")
    if known and set(known) != set(header):
        raise _ShapeError("names other columns than the files before it")
    for row in reader:
        if not row:
            continue
        if len(row) != len(header):
            raise _ShapeError(f"has {len(row)} fields, but there are {len(header)} columns")
        spool.append(dict(zip(header, row, strict=True)), sum(map(len, row)))
    return known or header


def _delimiter(path: Path) -> str:
    with _text(path, newline="") as file:
        sample = file.read(_SAMPLE_CHARACTERS)
    fitting = {delimiter: _rows_as_header(sample, delimiter) for delimiter in DELIMITERS}
    # Among equals, max returns the first in the order of DELIMITERS.
    return max(DELIMITERS, key=lambda delimiter: fitting[delimiter])


def _rows_as_header(sample: str, delimiter: str) -> int:
    """The number of rows with as many fields as the header; 0 if it lacks the delimiter."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths = [len(row) for row in reader if row]
    if not widths or widths[0] < 2:
        return 0
    return widths.count(widths[0])


def read_json(paths: Sequence[Path], folder: Path) -> RawRows:
    """Read JSON Lines or one array of objects; a member that a row lacks is None.

    An array is held in memory, lines are not. Raises ValueError for other contents, and OSError.
    """
    spool = Spool(folder)
    names: dict[str, None] = {}
    for path in paths:
        for row, size in _json_rows(path):
            names |= dict.fromkeys(row)
            spool.append({name: _stored(value) for name, value in row.items()}, size)
    return parquet_rows(spool.close(), column_names=list(names), decode=_owners)


def _stored(value: Any) -> str | None:
    """A value as JSON, because a column may mix types but Parquet's cannot."""
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _owners(value: str | None) -> Any:
    return None if value is None else json.loads(value)


def _json_rows(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield rows, and their sizes in characters."""
    with _text(path) as file:
        is_array = next((line.lstrip()[0] for line in file if line.strip()), "") == "["
    with _text(path) as file:
        if is_array:
            rows = _parsed(file.read(), path.name)
            for number, row in enumerate(rows, 1):
                yield _object(row, f"{path.name}, element {number}"), sys.getsizeof(row)
            return
        for number, line in enumerate(file, 1):
            if line.strip():
                where = f"{path.name}, line {number}"
                yield _object(_parsed(line, where), where), len(line)


def _parsed(text: str, where: str) -> Any:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    if "\\ud" in text.lower():
        _check_unicode(content, where)
    return content


def _check_unicode(content: Any, where: str) -> None:
    try:
        json.dumps(content, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"{where} has half of a surrogate pair, not a character") from error


def _object(row: Any, where: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise ValueError(f"{where} is not a JSON object")
    return row


def read_parquet(paths: Sequence[Path], folder: Path) -> RawRows:
    """Read Parquet files, with class names if `datasets` wrote them.

    Raises ValueError, pyarrow's errors, and OSError.
    """
    return parquet_rows([_uncompressed(path, folder) for path in paths])


def _uncompressed(path: Path, folder: Path) -> Path:
    """Uncompress a file, because Parquet needs random access, which compressed streams lack."""
    if path.suffix.lower() not in COMPRESSIONS:
        return path
    target = folder / path.stem
    with _opened(path) as stream, target.open("wb") as file:
        shutil.copyfileobj(stream, file, 1 << 20)
    return target


def _opened(path: Path) -> Any:
    return pa.input_stream(str(path), compression=COMPRESSIONS.get(path.suffix.lower()))


def _text(path: Path, newline: str | None = None) -> TextIO:
    with _opened(path) as stream:
        is_utf_16 = stream.read(2) in _UTF_16_MARKS
    encoding = "utf-16" if is_utf_16 else "utf-8-sig"
    return io.TextIOWrapper(_opened(path), encoding=encoding, newline=newline)
