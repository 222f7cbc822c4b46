"""The splits as they come: from the hub, or from files in S3 or on disk."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pyarrow as pa
from datasets import get_dataset_config_names, get_dataset_split_names, load_dataset
from datasets.exceptions import DatasetNotFoundError

from source.data_problems import DataError, Problem, shown
from source.parquet_rows import hub_rows
from source.raw_rows import RawRows
from source.row_files import COMPRESSIONS, is_empty, read_csv, read_json, read_parquet
from storage import s3
from storage.hub import Hub, refusal

SPLITS = ("train", "validation", "test")
USUAL_NAMES = {
    "train": ("train",),
    "validation": ("validation", "valid", "dev"),
    "test": ("test",),
}
_UNREADABLE_REMEDY = "Check the URI, that a prefix ends in /, and the rights to it."
READERS = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".jsonl": read_json,
    ".json": read_json,
    ".parquet": read_parquet,
}


@dataclass(frozen=True)
class Source:
    """The data set as its owner has it; `splits` holds train, and the others that there are."""

    id: str
    revision: str | None
    splits: dict[str, RawRows]
    named: frozenset[str]
    """The splits that the request itself names."""
    identity: list[str] = field(default_factory=list)
    """See `identity_of`."""


def load_source(dataset: Mapping[str, Any], hub: Hub, cache: Path) -> Source:
    """Read the resolved request's `dataset`. Raises DataError if that cannot be done."""
    if dataset["files"] is not None:
        return _from_files(dataset, hub, cache)
    return _from_hub(dataset, hub, cache)


def identity_of(dataset: Mapping[str, Any], hub: Hub) -> list[str]:
    """Texts that are equal for equal rows, to be had without the rows.

    Of the hub: commit, configuration, names of splits. Of files: each one's URI, ETag and size.
    Raises DataError.
    """
    if dataset["files"] is None:
        return _HubSplits.of(dataset, hub).identity
    identity, problems = [], []
    for split, uri in _given_files(dataset).items():
        try:
            files = s3.versions(uri) if s3.is_s3_uri(uri) else _local_versions(uri)
            identity += [f"{split} {file}" for file in files]
        except s3.UnreadableError as error:
            problems.append(Problem(f"dataset.{split}", str(error), _UNREADABLE_REMEDY))
    if problems:
        raise DataError(problems)
    return identity


def _given_files(dataset: Mapping[str, Any]) -> dict[str, str]:
    return {split: uri for split, uri in dataset["files"].items() if uri is not None}


def _local_versions(path: str) -> list[str]:
    versions = []
    for file in _local_files(path):
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        versions.append(f"{file} {digest} {file.stat().st_size}")
    return versions


def _from_files(dataset: Mapping[str, Any], hub: Hub, cache: Path) -> Source:
    splits: dict[str, RawRows] = {}
    problems: list[Problem] = []
    given = _given_files(dataset)
    for split, uri in given.items():
        try:
            splits[split] = _read_files(f"dataset.{split}", uri, split, cache)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    identity = identity_of(dataset, hub)
    return Source(dataset["id"], dataset["revision"], splits, frozenset(given), identity)


def _read_files(field: str, uri: str, split: str, cache: Path) -> RawRows:
    try:
        found = (
            s3.download(uri, cache / "files" / split) if s3.is_s3_uri(uri) else _local_files(uri)
        )
    except s3.UnreadableError as error:
        raise DataError.of(field, str(error), _UNREADABLE_REMEDY) from error
    paths = found if len(found) == 1 else [path for path in found if not _is_marker(path)]
    kinds = {READERS.get(_kind(path)) for path in paths}
    read = kinds.pop() if len(kinds) == 1 else None
    if read is None:
        problem = f"{uri} has files that are not all of one kind that can be read: " + shown(
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
        # Another one each time: rows that were read before may still be in use.
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
        problem = f"{uri} cannot be read: {_line(error)}"
        raise DataError.of(field, problem, "Mend the file.") from error


def _kind(path: Path) -> str:
    """The suffix that says what is in the file, in lower case."""
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix in COMPRESSIONS else suffix


def _is_marker(path: Path) -> bool:
    """What engines put beside the rows, such as _SUCCESS and .part-0.csv.crc."""
    return path.name.startswith(("_", "."))


def _local_files(path: str) -> list[Path]:
    place = Path(path)
    files = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
    if not files or not all(file.exists() for file in files):
        raise s3.UnreadableError(f"{path} does not exist.")
    return files


@dataclass(frozen=True)
class _HubSplits:
    """A data set of the hub, pinned, and which of its splits are meant."""

    id: str
    config: str | None
    commit: str
    chosen: dict[str, str]

    @classmethod
    def of(cls, dataset: Mapping[str, Any], hub: Hub) -> "_HubSplits":
        name = dataset["id"]
        with _refusals(name):
            commit = hub.dataset_commit(name, dataset["revision"])
            config = _config(dataset, commit, hub)
            there = get_dataset_split_names(name, config, revision=commit, token=hub.token)
            return cls(name, config, commit, _chosen_splits(dataset["splits"], there))

    @property
    def identity(self) -> list[str]:
        splits = [f"{split} {source}" for split, source in self.chosen.items()]
        return [f"hub {self.id}", f"commit {self.commit}", f"config {self.config}", *splits]


def _from_hub(dataset: Mapping[str, Any], hub: Hub, cache: Path) -> Source:
    pinned = _HubSplits.of(dataset, hub)
    with _refusals(pinned.id):
        splits = {
            split: hub_rows(
                load_dataset(
                    pinned.id,
                    pinned.config,
                    split=source,
                    revision=pinned.commit,
                    token=hub.token,
                    cache_dir=str(cache / "datasets"),
                )
            )
            for split, source in pinned.chosen.items()
        }
    named = frozenset(split for split, source in dataset["splits"].items() if source is not None)
    return Source(pinned.id, pinned.commit, splits, named, pinned.identity)


@contextmanager
def _refusals(name: str) -> Iterator[None]:
    """What the hub, or the way to it, refuses becomes a DataError."""
    what = f"The data set {name}"
    try:
        yield
    except DataError:
        raise
    except DatasetNotFoundError as error:
        raise DataError.of("dataset", _innermost(error), "Check the id.") from error
    except Exception as error:
        problem = refusal(what, error) or f"{what} cannot be loaded: {_innermost(error)}"
        raise DataError.of("dataset", problem, "Check id, config and revision.") from error


def _config(dataset: Mapping[str, Any], commit: str, hub: Hub) -> str | None:
    configs = get_dataset_config_names(dataset["id"], revision=commit, token=hub.token)
    wanted: str | None = dataset["config"]
    if wanted is not None and wanted not in configs:
        raise DataError.of(
            "dataset.config",
            f"The data set has no configuration {wanted!r}.",
            f"It has: {shown(configs)}.",
        )
    if wanted is None and len(configs) > 1 and "default" not in configs:
        raise DataError.of(
            "dataset.config",
            "The data set has several configurations, and the request names none.",
            f"Name one of: {shown(configs)}.",
        )
    return wanted


def _chosen_splits(wanted: Mapping[str, str | None], there: list[str]) -> dict[str, str]:
    chosen, problems = {}, []
    for split in SPLITS:
        name = wanted[split]
        if name is not None and name not in there:
            problem = f"The data set has no split {name!r}."
            problems.append(Problem(f"dataset.{split}", problem, f"It has: {shown(there)}."))
        elif name is not None:
            chosen[split] = name
        else:
            usual = next((known for known in USUAL_NAMES[split] if known in there), None)
            if usual is not None:
                chosen[split] = usual
    if "train" not in chosen and not problems:
        remedy = f"Name the one to train on as dataset.train; it has: {shown(there)}."
        problems.append(Problem("dataset.train", "The data set has no split train.", remedy))
    if problems:
        raise DataError(problems)
    return chosen


def _innermost(error: BaseException) -> str:
    """The reason at the bottom: the library wraps it in a sentence that says nothing."""
    while error.__cause__ is not None:
        error = error.__cause__
    return _line(error)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
