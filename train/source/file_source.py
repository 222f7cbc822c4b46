"""A data set of files, in S3 or on disk."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from documents.preparation_request import RequestedDataset, Splits
from source.data_problems import DataError, Problem, full_disk
from source.raw_rows import RawRows
from source.row_files import read_row_files
from source.source_splits import Source
from source.text_files import TextForm
from storage import s3
from storage.fetch_progress import FetchProgress

_UNREADABLE_REMEDY = "Check the URI, that a prefix ends in /, and the rights to it."


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
    progress: FetchProgress

    @classmethod
    def of(
        cls,
        dataset: RequestedDataset,
        files: Splits,
        cache: Path,
        progress: FetchProgress,
    ) -> "FileSource":
        """Raises DataError with every split that cannot be found."""
        places = files.given
        form = TextForm(dataset.encoding, dataset.quotes)
        return cls(dataset.id, places, _versions(places), form, cache, progress)

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
                splits[split] = self._read_files(split, uri)
            except DataError as error:
                problems += error.problems
        if problems:
            raise DataError(problems)
        return Source(self.id, None, splits, frozenset(self.places))

    def _read_files(self, split: str, uri: str) -> RawRows:
        field = f"dataset.{split}"
        try:
            found = self._fetched(split, uri) if s3.is_s3_uri(uri) else _local_files(uri)
        except s3.UnreadableError as error:
            raise DataError.of(field, str(error), _UNREADABLE_REMEDY) from error
        except OSError as error:
            raise full_disk(field, error) or error from None
        return read_row_files(field, uri, found, self.form, self.cache / "spool")

    def _fetched(self, split: str, uri: str) -> list[Path]:
        there, folder = s3.listed(uri), self.cache / "files" / split
        with self.progress.watching(folder, sum(each.num_bytes for each in there)):
            return s3.download(there, folder)

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
