"""The rows of files on disk, in any of the formats that are read."""

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa

from source.csv_rows import read_csv
from source.data_problems import DataError, FileError, full_disk, shown
from source.data_streams import COMPRESSIONS, opened
from source.json_rows import read_json
from source.parquet_rows import read_parquet
from source.raw_rows import RawRows
from source.text_files import TextForm
from storage.error_text import one_line

_SMALLER_REMEDY = "Give fewer or shorter rows, or a greater compute.processing_instance_type."
_MOST_NOTES = 10
_READERS = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".jsonl": read_json,
    ".json": read_json,
    ".parquet": read_parquet,
}


def read_row_files(
    field: str, uri: str, found: Sequence[Path], form: TextForm, spool: Path
) -> RawRows:
    """The rows of the files, which are all of one format.

    Args:
        field: of the request, for messages.
        uri: where the files come from, for messages.
        spool: a folder for what is in memory in part only; it is needed as long as the rows are.

    Raises DataError.
    """
    paths = found if len(found) == 1 else [path for path in found if not _is_marker(path)]
    kinds = {_READERS.get(_kind(path)) for path in paths}
    read = kinds.pop() if len(kinds) == 1 else None
    if read is None:
        problem = f"{uri} has files that are not all of one readable kind: " + shown(
            [path.name for path in found]
        )
        remedy = "Give CSV, JSONL or Parquet files, all of one kind, plain or as .gz or .zst."
        raise DataError.of(field, problem, remedy)
    with _unreadable(field, uri):
        paths = [path for path in paths if not _is_empty(path)]
        if not paths:
            raise DataError.of(field, f"{uri} is empty.", "Give at least two rows.")
        spool.mkdir(parents=True, exist_ok=True)
        # A new folder each time: rows that were read before may still be in use.
        rows = read(paths, Path(mkdtemp(prefix="rows-", dir=spool)), form)
    if not rows.column_names:
        raise DataError.of(field, f"{uri} has no rows.", "Give at least two rows.")

    def scan(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        num_rows = 0
        with _unreadable(field, uri):
            for batch in rows.scan(columns):
                num_rows += len(batch)
                yield batch
            if num_rows != len(rows):
                raise FileError(f"it has {num_rows:,} rows, but says that it has {len(rows):,}.")

    # A damaged page is found when it is read.
    return replace(rows, scan=scan, notes=_notes(rows, form))


def _notes(rows: RawRows, form: TextForm) -> list[str]:
    notes = list(rows.notes[:_MOST_NOTES])
    if len(rows.notes) > _MOST_NOTES:
        notes.append(f"{len(rows.notes) - _MOST_NOTES:,} more files have such notes.")
    if form.encoding is not None:
        notes.append(f"The files were read as {form.encoding}, as the request says.")
    if rows.num_lines is not None and rows.num_lines != len(rows):
        notes.append(
            f"{rows.num_lines:,} lines gave {len(rows):,} rows, because values in double quotes "
            "go on over line breaks."
        )
    return notes


@contextmanager
def _unreadable(field: str, uri: str) -> Iterator[None]:
    try:
        yield
    except DataError:
        raise
    except FileError as error:
        raise DataError.of(field, f"{uri} cannot be read: {error}", error.remedy) from error
    except (OSError, ValueError, pa.ArrowException) as error:
        problem = f"{uri} cannot be read: {one_line(error)}"
        unreadable = DataError.of(field, problem, "Mend the file.")
        raise full_disk(field, error) or unreadable from error
    except MemoryError as error:
        problem = f"{uri} cannot be read: it takes more memory than there is."
        raise DataError.of(field, problem, _SMALLER_REMEDY) from error
    # A library's own mistake at content that it does not expect; its words help nobody.
    except Exception as error:
        problem = f"{uri} cannot be read: its structure is none that the reader knows."
        remedy = "Write it again as plain CSV, JSON Lines or Parquet; the job's log has details."
        traceback.print_exc()
        raise DataError.of(field, problem, remedy) from error


def _is_empty(path: Path) -> bool:
    with opened(path) as stream:
        return not stream.read(1)


def _kind(path: Path) -> str:
    """The suffix that says what is in the file, in lower case."""
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix in COMPRESSIONS else suffix


def _is_marker(path: Path) -> bool:
    """Files that engines write beside the rows, such as _SUCCESS and .part-0.csv.crc."""
    return path.name.startswith(("_", "."))
