"""A data set of files, in S3 or on disk."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa

from documents.preparation_request import RequestedDataset, Splits
from source.data_problems import DataError, Problem, shown
from source.raw_rows import RawRows
from source.row_files import COMPRESSIONS, is_empty, read_csv, read_json, read_parquet
from source.source_splits import Source
from storage import s3
from storage.error_text import one_line

_UNREADABLE_REMEDY = "Check the URI, that a prefix ends in /, and the rights to it."
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
    cache: Path

    @classmethod
    def of(cls, dataset: RequestedDataset, files: Splits, cache: Path) -> "FileSource":
        """Raises DataError with every split that cannot be found."""
        places = files.given
        return cls(dataset.id, places, _versions(places), cache)

    @property
    def identity(self) -> list[str]:
        return [f"{split} {file}" for split, files in self.versions.items() for file in files]

    def read(self) -> Source:
        splits: dict[str, RawRows] = {}
        problems: list[Problem] = []
        for split, uri in self.places.items():
            try:
                splits[split] = _read_files(f"dataset.{split}", uri, split, self.cache)
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
            versions[split] = s3.versions(uri) if s3.is_s3_uri(uri) else _local_versions(uri)
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


def _read_files(field: str, uri: str, split: str, cache: Path) -> RawRows:
    try:
        found = (
            s3.download(uri, cache / "files" / split) if s3.is_s3_uri(uri) else _local_files(uri)
        )
    except s3.UnreadableError as error:
        raise DataError.of(field, str(error), _UNREADABLE_REMEDY) from error
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
        paths = [path for path in paths if not is_empty(path)]
        if not paths:
            raise DataError.of(field, f"{uri} is empty.", "Give at least two rows.")
        spool = cache / "rows"
        spool.mkdir(parents=True, exist_ok=True)
        # A new folder each time: rows that were read before may still be in use.
        rows = read(paths, Path(mkdtemp(prefix=f"{split}-", dir=spool)))
    if not rows.column_names:
        raise DataError.of(field, f"{uri} has no rows.", "Give at least two rows.")

    def scan(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        with _unreadable(field, uri):
            yield from rows.scan(columns)

    # A damaged page is found when it is read.
    return replace(rows, scan=scan)


@contextmanager
def _unreadable(field: str, uri: str) -> Iterator[None]:
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        problem = f"{uri} cannot be read: {one_line(error)}"
        raise DataError.of(field, problem, "Mend the file.") from error


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
    return files
