"""The synthesized app, kept under the build folder and named by a hash of all that it is made from.

To synthesize takes seconds of Node, and the same sources and settings always give the same.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

# All that the app, its bundles and the archive of the training code are made from.
_SOURCES = ("app.py", "cdk.json", "cdk.context.json", "constraints.txt", "package-lock.json")
_SOURCE_FOLDERS = ("infra", "bakeoff", "lambdas", "train")
_LIBRARIES = ("aws-cdk-lib", "constructs", "cdk-nag")
# Where the CDK's command line looks for more context.
_CONTEXT_OF_THE_USER = Path("~/.cdk.json")


def assembly_folder(root: Path, options: Sequence[str]) -> Path:
    """Where the app in `root`, synthesized with these options, is or would be kept."""
    digest = hashlib.sha256(sys.version.encode())
    for text in (sys.executable, *(f"{name} {version(name)}" for name in _LIBRARIES), *options):
        digest.update(f"{text}\n".encode())
    for path in [*_source_files(root), _CONTEXT_OF_THE_USER.expanduser()]:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path} {len(content)}\n".encode())
        digest.update(content)
    return root / "build" / f"assembly-{digest.hexdigest()[:16]}"


def is_usable(assembly: Path) -> bool:
    """Whether it is there, and so are the archives that it refers to."""
    manifests = list(assembly.glob("*.assets.json"))
    return bool(manifests) and all(
        (assembly / file["source"]["path"]).exists()
        for manifest in manifests
        for file in json.loads(manifest.read_text())["files"].values()
    )


@contextmanager
def new_assembly(assembly: Path) -> Iterator[Path]:
    """A folder for an assembly, which gets its name once it is whole. Two clouds may race."""
    assembly.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".part-", dir=assembly.parent))
    try:
        yield unfinished
        shutil.rmtree(assembly, ignore_errors=True)
        unfinished.rename(assembly)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _source_files(root: Path) -> Iterator[Path]:
    yield from (root / name for name in _SOURCES)
    for folder in _SOURCE_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
