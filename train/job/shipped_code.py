"""The code that a saved model is used with: this code, beside the weights.

A model is then used by the very code that it was trained and scored with, also years later and
where neither this project nor its service is.
"""

import ast
import re
import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from job.library_versions import library_versions

CODE_FOLDER = "code"
REQUIREMENTS_FILE = "requirements.txt"

_ROOT = Path(__file__).parents[1]
_SCRIPTS = ("predict.py", "inference.py", "export.py")
_EVERY = ("numpy", "pyarrow", "safetensors", "scikit-learn", "scipy")
_NETWORK = ("tokenizers", "torch", "transformers")
_BY_METHOD: Mapping[str, tuple[str, ...]] = {
    "majority": _EVERY,
    "tfidf": _EVERY,
    "prompt": (*_EVERY, *_NETWORK, "accelerate", "jinja2"),
}
# Of a build for certain hardware, as in 2.9.0+cu130: such builds are not in the usual index.
_LOCAL_VERSION = re.compile(r"\+.*")


def ship_code(folder: Path, method: str) -> None:
    """Copy the code into the saved model, and write the libraries that it needs there, in the
    versions of this job."""
    for path in sorted(_needed()):
        copy = folder / CODE_FOLDER / path.relative_to(_ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    versions = library_versions(_BY_METHOD.get(method, (*_EVERY, *_NETWORK)))
    python = versions.pop("python")
    lines = [f"{name}=={_LOCAL_VERSION.sub('', version)}" for name, version in versions.items()]
    text = "\n".join([f"# With Python {python}", *lines, ""])
    (folder / REQUIREMENTS_FILE).write_text(text, encoding="utf-8")


@cache
def _needed() -> frozenset[Path]:
    """The scripts that use a model, and all modules that they import, also by way of others."""
    found: set[Path] = set()
    wanted = {_ROOT / script for script in _SCRIPTS}
    while wanted:
        path = wanted.pop()
        found.add(path)
        wanted |= {module for name in _imported(path) for module in _files_of(name)} - found
    return frozenset(found)


def _imported(path: Path) -> Iterator[str]:
    """The modules that a file imports anywhere, and the names in them, which may be modules."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _files_of(name: str) -> Iterator[Path]:
    """The files below the root that are the module of that name, or a package around it."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        place = _ROOT.joinpath(*parts[:length])
        yield from (
            path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()
        )
