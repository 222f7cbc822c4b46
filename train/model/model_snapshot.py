"""A model's files, pinned to a commit, which training jobs load without network access."""

import hashlib
import json
import math
import shutil
import tarfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from storage import s3
from storage.error_text import one_line
from storage.hub import Hub

# The names that from_pretrained looks for, whole or in shards; other files are not needed.
WEIGHTS = ("model.safetensors", "model-*-of-*.safetensors")
PICKLED_WEIGHTS = ("pytorch_model.bin", "pytorch_model-*-of-*.bin")
INDEX = "model.safetensors.index.json"
PICKLED_INDEX = "pytorch_model.bin.index.json"
# Configuration, tokeniser and, if the operator allows it, code.
OTHER_FILES = ("*.json", "*.txt", "*.model", "*.jinja", "*.py", "*.bpe", "*.codes", "merges*")
TOKENISER_FILES = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "spiece.model",
    "sentencepiece.bpe.model",
    "sentencepiece.model",
    "tokenizer.model",
    "spm.model",
    "bpe.codes",
)
# They work on characters or bytes and have no vocabulary file.
TOKENISERS_WITHOUT_FILES = ("ByT5Tokenizer", "CanineTokenizer", "PerceiverTokenizer")


_ARCHIVE = ".tar.gz"


class ModelError(Exception):
    """The model cannot take part; the message says why, in one sentence."""


@dataclass(frozen=True)
class ModelSource:
    """A model as named in the request; `commit` is the hub's commit for the revision."""

    model: str
    commit: str | None


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
    files = sorted(place.iterdir()) if place.is_dir() else [place]
    return [f"{path.name} {_digest(path)}" for path in files if path.is_file()]


def fetch(source: ModelSource, folder: Path, hub: Hub, scratch: Path) -> None:
    """Download the model's files into `folder`, with weights as safetensors.

    `scratch` is a folder for this model only. Raises ModelError, or the hub's own errors.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if is_place(source.model):
        _fetch_place(source.model, folder, scratch)
    else:
        _fetch_from_hub(source, folder, hub)
    _check_complete(folder)
    if not _matching(folder, WEIGHTS):
        _convert_pickled_weights(folder)


def wanted_files(names: Iterable[str]) -> list[str]:
    """The files of a model, as paths in its folder, that belong to its snapshot.

    Pickled weights belong to it only if there are none as safetensors.
    """
    top = [name for name in names if "/" not in name]
    weights = [name for name in top if _matches(name, WEIGHTS)]
    weights = weights or [name for name in top if _matches(name, PICKLED_WEIGHTS)]
    return weights + [name for name in top if _matches(name, OTHER_FILES)]


def is_weights(name: str) -> bool:
    """Whether a file of a snapshot holds weights."""
    return _matches(name, WEIGHTS)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _matching(folder: Path, patterns: Sequence[str]) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _matches(path.name, patterns))


def _fetch_from_hub(source: ModelSource, folder: Path, hub: Hub) -> None:
    sizes = hub.model_files(source.model, source.commit)
    names = wanted_files(sizes)
    hub.download(source.model, source.commit, {name: sizes[name] for name in names}, folder)


def _fetch_place(model: str, folder: Path, scratch: Path) -> None:
    place = Path(model)
    if s3.is_s3_uri(model):
        try:
            needed = _needed(s3.listed(_uri(model)))
            paths = s3.download(needed, scratch / "downloaded")
        except s3.UnreadableError as error:
            raise ModelError(str(error)) from error
        place = paths[0] if _uri(model).endswith(_ARCHIVE) else scratch / "downloaded"
    if place.is_file():
        place = _unpacked(place, scratch / "unpacked")
    if not place.is_dir():
        raise ModelError(f"There is no model at {model}.")
    files = {path.name: path for path in place.iterdir() if path.is_file()}
    for name in wanted_files(files):
        # Links in an archive could point to files of this machine.
        if not files[name].is_symlink():
            shutil.copyfile(files[name], folder / name)


def _needed(objects: Sequence[s3.StoredObject]) -> list[s3.StoredObject]:
    """Those of a model's snapshot; if there are none, all, for messages."""
    names = {*wanted_files(each.name for each in objects)}
    return [each for each in objects if each.name in names] or [*objects]


def _uri(model: str) -> str:
    return model if model.endswith((_ARCHIVE, "/")) else f"{model}/"


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _unpacked(archive: Path, folder: Path) -> Path:
    """The archive's folder that holds the model: its root, or the only folder in it."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive) as files:
            files.extractall(folder, filter="data")
    except (tarfile.TarError, zlib.error, OSError, EOFError) as error:
        raise ModelError(f"{archive.name} cannot be unpacked: {error}") from error
    inner = [path for path in folder.iterdir() if path.is_dir()]
    if not (folder / "config.json").exists() and len(inner) == 1:
        return inner[0]
    return folder


def _check_complete(folder: Path) -> None:
    if not (folder / "config.json").exists():
        raise ModelError("It has no config.json, so it is not a model of the transformers library.")
    has_safetensors = bool(_matching(folder, WEIGHTS))
    if not has_safetensors and not _matching(folder, PICKLED_WEIGHTS):
        raise ModelError("It has no weights for PyTorch (model.safetensors).")
    missing = _missing_shards(folder, INDEX if has_safetensors else PICKLED_INDEX)
    if missing:
        raise ModelError(f"A file of its weights is missing: {missing[0]}.")
    if not _has_tokeniser(folder):
        raise ModelError("It has no tokeniser.")


def _has_tokeniser(folder: Path) -> bool:
    """Whether tokeniser files exist; without them transformers may create an empty tokeniser."""
    if any((folder / name).exists() for name in TOKENISER_FILES):
        return True
    config = folder / "tokenizer_config.json"
    named = read_json(config).get("tokenizer_class") if config.exists() else None
    return named in TOKENISERS_WITHOUT_FILES


def _missing_shards(folder: Path, index: str) -> list[str]:
    whole = index.removesuffix(".index.json")
    if (folder / whole).exists() or not (folder / index).exists():
        return []
    named = {str(shard) for shard in read_json(folder / index).get("weight_map", {}).values()}
    return sorted(shard for shard in named if not (folder / Path(shard).name).exists())


def _convert_pickled_weights(folder: Path) -> None:
    """Convert them; reading with weights_only=True runs no code from the file."""
    tensors: dict[str, Any] = {}
    pickled = _matching(folder, PICKLED_WEIGHTS)
    for path in pickled:
        try:
            tensors |= torch.load(path, map_location="cpu", weights_only=True)
        except Exception as error:
            raise ModelError(
                f"Its weights are only in pickled form ({path.name}), which cannot be read safely: "
                f"{one_line(error, 200)}"
            ) from error
    # Tied weights share memory, which safetensors refuses, so each is copied.
    clones = {
        name: value.clone().contiguous()
        for name, value in tensors.items()
        if isinstance(value, torch.Tensor)
    }
    # With an empty file, training would silently start from random weights.
    if not clones:
        raise ModelError(f"There are no weights in {pickled[0].name}.")
    save_file(clones, folder / "model.safetensors", metadata={"format": "pt"})
    for path in [*pickled, folder / PICKLED_INDEX]:
        path.unlink(missing_ok=True)


def num_parameters(folder: Path) -> int:
    """The number of parameters in a snapshot, without a head for the task."""
    count = 0
    for path in _matching(folder, WEIGHTS):
        try:
            with safe_open(path, framework="np") as weights:
                shapes = [weights.get_slice(name).get_shape() for name in weights.keys()]  # noqa: SIM118
        except SafetensorError as error:
            raise ModelError(f"Its {path.name} cannot be read: {error}") from error
        count += sum(math.prod(shape) for shape in shapes)
    return count


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object. Raises ModelError if the file does not hold one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"Its {path.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise ModelError(f"Its {path.name} holds no JSON object.")
    return content
