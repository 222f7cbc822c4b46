"""The files on this machine that belong to a data set or a model which a request names."""

import re
from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

# The preparation prefers a model's weights in this order, and reads one kind only.
_WEIGHTS = (
    ("model.safetensors",),
    ("model-*-of-*.safetensors",),
    ("pytorch_model.bin",),
    ("pytorch_model-*-of-*.bin",),
)
_OTHERS = ("*.json", "*.txt", "*.model", "*.jinja", "*.py", "*.bpe", "*.codes", "merges*")
# The folders of sentence-transformers: in older ones 0_Transformer, or 0_StaticEmbedding without a
# config.json, holds the model, and 1_Pooling and the others have what makes one vector of a text.
_PARTS = re.compile(r"\d\d?_\w+", re.ASCII)
_OF_PARTS = re.compile(r"[1-9]\d?_\w+/(?:config\.json|model\.safetensors)", re.ASCII)
_INNER_MODEL = re.compile(r"(0_\w+/)(?:config|tokenizer)\.json", re.ASCII)


def files_of(path: Path, *, is_model: bool) -> dict[str, Path]:
    """By the part of its key after the name of `path`: the file, or the files of the folder that
    are needed and not hidden.

    Of a model these are configuration, weights and tokeniser. What a training leaves beside them,
    such as the optimiser's state, may be many times larger.
    """
    if path.is_file():
        return {"": path}
    found = {file.relative_to(path).as_posix(): file for file in _visible(path, is_model)}
    names = needed_files(found) if is_model else list(found)
    return {f"/{name}": found[name] for name in sorted(names) if found[name].is_file()}


def needed_files(names: Iterable[str]) -> list[str]:
    """Of the files in a model's folder, given as paths in it, those that its preparation reads."""
    given = {*names}
    inner = _inner_folder(given)
    # Of the model's own files, the path of each by its name.
    own = {name.removeprefix(inner): name for name in given if "/" not in name.removeprefix(inner)}
    kinds = ([name for name in own if _is_named(name, kind)] for kind in _WEIGHTS)
    weights = next((kind for kind in kinds if kind), [])
    others = [name for name in own if _is_named(name, _OTHERS)]
    parts = [name for name in given if _OF_PARTS.fullmatch(name)]
    return [*(own[name] for name in (*weights, *others)), *parts]


def _inner_folder(names: Collection[str]) -> str:
    """Where the model is, as "0_Transformer/"; empty if it is in the main folder or nowhere."""
    if "config.json" in names or "modules.json" not in names:
        return ""
    found = {match[1] for name in names if (match := _INNER_MODEL.fullmatch(name))}
    return found.pop() if len(found) == 1 else ""


def links_out(path: Path, *, is_model: bool) -> list[str]:
    """The links, as paths in the folder, that lead out of it or nowhere, among what is needed."""
    if not path.is_dir():
        return []
    folder = path.resolve()
    # A model in the cache of the hub's library consists of links into the folder beside it.
    roots = [folder]
    if is_model and folder.parent.name == "snapshots":
        roots.append(folder.parent.parent / "blobs")
    found = {file.relative_to(path).as_posix(): file for file in _visible(path, is_model)}
    names = needed_files(found) if is_model else list(found)
    links = {name: found[name].resolve() for name in sorted(names) if found[name].is_symlink()}
    return [
        name
        for name, end in links.items()
        if not end.exists() or not any(end.is_relative_to(root) for root in roots)
    ]


def _visible(path: Path, is_model: bool) -> Iterator[Path]:
    """All files and links below the folder that are not hidden; if it is a model's, those at its
    top and in the folders of sentence-transformers.

    Links to folders are not followed.
    """
    for file in _in_model(path) if is_model else path.rglob("*"):
        is_hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if not is_hidden and (file.is_symlink() or file.is_file()):
            yield file


def _in_model(path: Path) -> Iterator[Path]:
    for file in path.iterdir():
        yield file
        if _PARTS.fullmatch(file.name) and file.is_dir() and not file.is_symlink():
            yield from file.iterdir()


def _is_named(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
