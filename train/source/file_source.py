"""A data set of files, in S3 or on disk."""

import hashlib
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa

from documents.preparation_request import RequestedDataset, Splits
from source.csv_rows import read_csv
from source.data_problems import DataError, FileError, Problem, full_disk, shown
from source.data_streams import COMPRESSIONS, opened
from source.json_rows import read_json
from source.parquet_rows import read_parquet
from source.raw_rows import RawRows
from source.source_splits import Source
from source.text_files import TextForm
from storage import s3
from storage.error_text import one_line

_UNREADABLE_REMEDY = "Check the URI, that a prefix ends in /, and the rights to it."
_SMALLER_REMEDY = "Give fewer or shorter rows, or a greater compute.processing_instance_type."
_MOST_NOTES = 10
_READERS = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".jsonl": read_json,
    ".json": read_json,
    ".parquet": read_parquet,
}


@dataclass(frozen=True)
class FileSource:
    """See PinnedSource."""

    id: str
    places: dict[str, str]
    """By split, a URI of S3 or a path: a file, or all files below it."""
    versions: dict[str, list[str]]
    """By split, the place, hash and size of each file. The hash of an object is its ETag."""
    form: TextForm
    cache: Path

    @classmethod
    def of(cls, dataset: RequestedDataset, files: Splits, cache: Path) -> "FileSource":
        """Raises DataError with every split that cannot be found."""
        places = files.given
        form = TextForm(dataset.encoding, dataset.quotes)
        return cls(dataset.id, places, _versions(places), form, cache)

    @property
    def identity(self) -> list[str]:
        files = [f"{split} {file}" for split, files in self.versions.items() for file in files]
        stated = {name: value for name, value in vars(self.form).items() if value is not None}
        return [*files, *(f"{name} {value}" for name, value in stated.items())]

    def read(self) -> Source:
        splits: dict[str, RawRows] = {}
        problems: list[Problem] = []
        for split, uri in self.places.items():
            try:
                splits[split] = _read_files(split, uri, self.form, self.cache)
            except DataError as error:
                problems += error.problems
        if problems:
            raise DataError(problems)
        return Source(self.id, None, splits, frozenset(self.places))

    def check_unchanged(self) -> None:
        now = _versions(self.places)
        problems = [
            Problem(
                f"dataset.{split}",
                f"{uri} changed while it was read.",
                "Upload the request again when no more files are written there.",
            )
            for split, uri in self.places.items()
            if now[split] != self.versions[split]
        ]
        if problems:
            raise DataError(problems)


def _versions(places: Mapping[str, str]) -> dict[str, list[str]]:
    versions, problems = {}, []
    for split, uri in places.items():
        try:
            versions[split] = (
                [each.version for each in s3.listed(uri)]
                if s3.is_s3_uri(uri)
                else _local_versions(uri)
            )
        except s3.UnreadableError as error:
            problems.append(Problem(f"dataset.{split}", str(error), _UNREADABLE_REMEDY))
    if problems:
        raise DataError(problems)
    return versions


def _local_versions(path: str) -> list[str]:
    versions = []
    for file in _local_files(path):
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        versions.append(f"{file} {digest} {file.stat().st_size}")
    return versions


def _read_files(split: str, uri: str, form: TextForm, cache: Path) -> RawRows:
    field = f"dataset.{split}"
    try:
        found = (
            s3.download(s3.listed(uri), cache / "files" / split)
            if s3.is_s3_uri(uri)
            else _local_files(uri)
        )
    except s3.UnreadableError as error:
        raise DataError.of(field, str(error), _UNREADABLE_REMEDY) from error
    except OSError as error:
        raise full_disk(field, error) or error from None
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
        spool = cache / "spool"
        spool.mkdir(parents=True, exist_ok=True)
        # A new folder each time: rows that were read before may still be in use.
        rows = read(paths, Path(mkdtemp(prefix=f"{split}-", dir=spool)), form)
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


def _local_files(path: str) -> list[Path]:
    place = Path(path)
    files = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
    if not files or not all(file.exists() for file in files):
        raise s3.UnreadableError(f"{path} does not exist.")
    if not all(file.is_file() for file in files):
        raise s3.UnreadableError(f"{path} is neither a file nor a folder.")
    if len(files) > s3.MAX_OBJECTS:
        raise s3.UnreadableError(f"{path} has more than {s3.MAX_OBJECTS:,} files.")
    return files
