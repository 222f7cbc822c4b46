"""How many rows the files of a request have, counted on this machine."""

import csv
import gzip
import json
from pathlib import Path
from typing import TextIO

from bakeoff.client.request_file import RequestFile


def counted_rows(file: RequestFile) -> dict[str, int | None]:
    """The rows of each split that the request names by path; None where they cannot be counted."""
    return {
        str(place[1]) if len(place) > 1 else "train": _rows(path)
        for place, path in file.paths.items()
        if place[0] == "dataset"
    }


def _rows(path: Path) -> int | None:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    counts = [_rows_of_file(file) for file in files if not file.name.startswith(".")]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _rows_of_file(path: Path) -> int | None:
    is_packed = path.suffix.lower() == ".gz"
    suffix = Path(path.stem).suffix.lower() if is_packed else path.suffix.lower()
    try:
        if suffix == ".parquet":
            return None if is_packed else _parquet_rows(path)
        opened = gzip.open if is_packed else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as text:
            return _text_rows(text, suffix)
    except (OSError, EOFError, ValueError, csv.Error):
        # PrepareData reports what is wrong with a file; here only a number is missing.
        return None


def _text_rows(text: TextIO, suffix: str) -> int | None:
    if suffix in (".csv", ".tsv"):
        rows = csv.reader(text, delimiter="\t" if suffix == ".tsv" else ",")
        return max(sum(1 for row in rows if row) - 1, 0)
    if suffix == ".jsonl":
        return sum(1 for line in text if line.strip())
    if suffix == ".json":
        rows = json.load(text)
        return len(rows) if isinstance(rows, list) else None
    return None


def _parquet_rows(path: Path) -> int | None:
    try:
        # Takes a second to import, and most files are of other kinds.
        from pyarrow import ArrowException, parquet
    except ImportError:
        # Not part of the base installation.
        return None
    try:
        return int(parquet.read_metadata(path).num_rows)
    except ArrowException:
        return None
