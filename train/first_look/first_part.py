"""The beginning of files that are too large to be read for a first look."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from source.data_streams import COMPRESSIONS, opened

MAX_BYTES = 20_000_000
"""Of a split, unpacked; what is larger is not read whole."""
_MAX_ROWS = 10_000
_QUOTE = b'"'


@dataclass(frozen=True)
class FirstPart:
    """What stands in for the files of a split."""

    path: Path
    is_whole: bool
    """Whether it is all of the rows."""


def first_part(place: Path, scratch: Path) -> FirstPart | None:
    """The place itself where it is small, else a file in `scratch` with the first rows.

    None for a large file whose beginning cannot be read alone: an array of JSON.
    """
    files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else []
    rows = [path for path in files or [place] if not path.name.startswith(("_", "."))]
    if sum(path.stat().st_size for path in rows) <= MAX_BYTES and not _expands(rows):
        return FirstPart(place, is_whole=True)
    first = rows[0]
    suffixes = [each.lower() for each in first.suffixes if each.lower() not in COMPRESSIONS]
    kind = suffixes[-1] if suffixes else ""
    scratch.mkdir(parents=True, exist_ok=True)
    part = scratch / f"{first.name.partition('.')[0]}{kind}"
    if kind == ".parquet":
        _copy_parquet(first, part)
    elif kind == ".json":
        return None
    else:
        _copy_lines(first, part)
    return FirstPart(part, is_whole=False)


def _expands(files: Sequence[Path]) -> bool:
    """Whether packed files hold more than is read."""
    left = MAX_BYTES
    for path in files:
        if path.suffix.lower() in COMPRESSIONS:
            with opened(path) as stream:
                left -= len(stream.read(left + 1))
        if left < 0:
            return True
    return False


def _copy_lines(source: Path, target: Path) -> None:
    """Copies whole rows: up to a line's end outside double quotes, as far as that can be known."""
    with opened(source) as stream:
        content = stream.read(MAX_BYTES)
    end = content.rfind(b"\n") + 1
    is_quoted = content.count(_QUOTE, 0, end) % 2 == 1
    if is_quoted:
        end = content.rfind(b"\n", 0, content.rfind(_QUOTE, 0, end)) + 1
    target.write_bytes(content[:end] if end else content)


def _copy_parquet(source: Path, target: Path) -> None:
    if source.suffix.lower() in COMPRESSIONS:
        unpacked = target.with_name(f"whole-{target.name}")
        with opened(source) as stream, unpacked.open("wb") as file:
            shutil.copyfileobj(stream, file)
        source = unpacked
    with pq.ParquetFile(source) as file:
        batch = next(file.iter_batches(batch_size=_MAX_ROWS), None)
        table = pa.Table.from_batches([batch] if batch is not None else [], file.schema_arrow)
    pq.write_table(table, target)
