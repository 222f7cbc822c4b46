"""The files on this machine that belong to a data set or a model which a request names."""

from collections.abc import Iterable, Iterator
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
    top = [name for name in names if "/" not in name]
    kinds = ([name for name in top if _is_named(name, kind)] for kind in _WEIGHTS)
    weights = next((kind for kind in kinds if kind), [])
    return weights + [name for name in top if _is_named(name, _OTHERS)]


def links_out(path: Path, *, is_model: bool) -> list[str]:
    """The links, as paths in the folder, that lead out of it or nowhere, among what is needed."""
    if not path.is_dir():
        return []
    folder = path.resolve()
    # A model in the cache of the hub's library consists of links into the folder beside it.
    roots = [folder]
    if is_model and folder.parent.name == "snapshots":
        roots.append(folder.parent.parent / "blobs")
    links = {
        file.relative_to(path).as_posix(): file.resolve()
        for file in _visible(path, is_model)
        if file.is_symlink()
    }
    names = needed_files(links) if is_model else list(links)
    return [
        name
        for name in sorted(names)
        if not links[name].exists() or not any(links[name].is_relative_to(root) for root in roots)
    ]


def _visible(path: Path, is_model: bool) -> Iterator[Path]:
    """All files and links below the folder, or at its top if it is a model's, that are not hidden.

    Links to folders are not followed.
    """
    for file in path.iterdir() if is_model else path.rglob("*"):
        is_hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if not is_hidden and (file.is_symlink() or file.is_file()):
            yield file


def _is_named(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
