"""A model's files, pinned to a commit: where they are, how they get here, and which are needed.

What is in the files is read elsewhere, in a process of its own.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from model.model_files import ModelError
from model.sentence_files import folder_names, is_of_part, placed
from storage import s3
from storage.fetch_progress import FetchProgress
from storage.hub import Hub

# The names that from_pretrained looks for, whole or in shards; other files are not needed.
WEIGHTS = ("model.safetensors", "model-*-of-*.safetensors")
PICKLED_WEIGHTS = ("pytorch_model.bin", "pytorch_model-*-of-*.bin")
# Configuration, tokeniser and, if the operator allows it, code.
OTHER_FILES = ("*.json", "*.txt", "*.model", "*.jinja", "*.py", "*.bpe", "*.codes", "merges*")
# With it the library would load another model, which it looks for on the hub.
ADAPTER_CONFIG = "adapter_config.json"
# Beside the checkpoints of a Trainer: they say which was the best.
_STATES = ("checkpoint-*/trainer_state.json",)

ARCHIVE = ".tar.gz"


@dataclass(frozen=True)
class ModelSource:
    """A model as named in the request; `commit` is the hub's commit for the revision."""

    model: str
    commit: str | None


@dataclass(frozen=True)
class FetchedModel:
    """A model on this disk, as it was found."""

    place: Path
    """A folder or an archive."""
    is_copy: bool
    """Whether it was downloaded for this run alone, so that its files may be moved."""
    names: list[str] | None = None
    """All files that there are, if not all were fetched."""


def pin(model: str, revision: str | None, hub: Hub) -> ModelSource:
    """Resolve the revision to a commit. Models in S3 or on disk have none."""
    if is_place(model):
        return ModelSource(model, None)
    return ModelSource(model, hub.model_commit(model, revision))


def is_place(model: str) -> bool:
    """Whether `model` is an S3 URI or a path, rather than a hub id."""
    return s3.is_s3_uri(model) or model.startswith(("/", "./", "../"))


def identity_of(source: ModelSource) -> list[str]:
    """Texts that are equal for equal files, found without downloading them.

    On the hub these are id and commit, in S3 each file's URI, ETag and size. Raises ModelError.
    """
    if not is_place(source.model):
        return ["hub", source.model, str(source.commit)]
    if s3.is_s3_uri(source.model):
        try:
            return [each.version for each in _needed(s3.listed(_uri(source.model)))]
        except s3.UnreadableError as error:
            raise ModelError(str(error)) from error
    place = Path(source.model)
    if not place.is_dir():
        return [f"{place.name} {_digest(place)}"] if place.is_file() else []
    return [f"{name} {_digest(place / name)}" for name in folder_names(place)]


def fetch(
    source: ModelSource, hub: Hub, scratch: Path, progress: FetchProgress | None = None
) -> FetchedModel:
    """Download the model; `scratch` is a folder for this model only.

    Raises ModelError, or the hub's own errors.
    """
    folder, progress = scratch / "downloaded", progress or FetchProgress()
    if not is_place(source.model):
        return _fetch_from_hub(source, folder, hub, progress)
    if not s3.is_s3_uri(source.model):
        return FetchedModel(Path(source.model), is_copy=False)
    uri = _uri(source.model)
    try:
        there = s3.listed(uri)
        needed = _needed(there)
        with progress.watching(folder, sum(each.num_bytes for each in needed)):
            paths = s3.download(needed, folder)
    except s3.UnreadableError as error:
        raise ModelError(str(error)) from error
    if uri.endswith(ARCHIVE):
        return FetchedModel(paths[0], is_copy=True)
    return FetchedModel(folder, is_copy=True, names=[each.name for each in there])


def wanted_files(names: Iterable[str]) -> list[str]:
    """The files of a model, as paths in its folder, that belong to its snapshot.

    Pickled weights belong to it only if there are none as safetensors, and shards only if there is
    no whole file.
    """
    places = placed(names)
    top = [name for name in places if "/" not in name and name != ADAPTER_CONFIG]
    parts = [name for name in places if is_of_part(name)]
    kinds = ([name for name in top if is_named(name, [each])] for each in WEIGHTS + PICKLED_WEIGHTS)
    weights = next((found for found in kinds if found), [])
    others = [name for name in top if is_named(name, OTHER_FILES)]
    return [places[name] for name in (*weights, *others, *parts)]


def is_weights(name: str) -> bool:
    """Whether a file of a snapshot holds weights."""
    return is_named(name, WEIGHTS)


def is_named(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def files_named(folder: Path, patterns: Sequence[str]) -> list[Path]:
    """The folder's own files whose names match, sorted."""
    return sorted(path for path in folder.iterdir() if is_named(path.name, patterns))


def _fetch_from_hub(
    source: ModelSource, folder: Path, hub: Hub, progress: FetchProgress
) -> FetchedModel:
    sizes = hub.model_files(source.model, source.commit)
    needed = {name: sizes[name] for name in _fetched_files(sizes)}
    with progress.watching(folder, sum(needed.values())):
        hub.download(source.model, source.commit, needed, folder)
    return FetchedModel(folder, is_copy=True, names=list(sizes))


def _needed(objects: Sequence[s3.StoredObject]) -> list[s3.StoredObject]:
    """Those of a model's snapshot; if there are none, the first, such as an archive."""
    names = {*_fetched_files(each.name for each in objects)}
    return [each for each in objects if each.name in names] or [*objects[:1]]


def _fetched_files(names: Iterable[str]) -> list[str]:
    """Those of the snapshot, and those that say what to give instead where there is no model."""
    given = [*names]
    others = [ADAPTER_CONFIG] if "config.json" in placed(given) else [ADAPTER_CONFIG, *_STATES]
    return [*wanted_files(given), *(name for name in given if is_named(name, others))]


def _uri(model: str) -> str:
    return model if model.endswith((ARCHIVE, "/")) else f"{model}/"


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
