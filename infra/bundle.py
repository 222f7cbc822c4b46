"""The Lambda bundles: our own code and its wheels, put together without Docker.

The wheels are those of the Lambda runtime ("aws") or of the running interpreter ("host"), which
is the only difference between the two targets. Both steps are cached under the build folder by
the hash of what goes in, so that synthesizing again costs nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PYTHON_VERSION = "3.13"
# Newest first: some projects publish aarch64 wheels for the newer tags alone.
_MANYLINUX = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014")
_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
_LEFT_OUT = tuple(
    Path("bakeoff") / name for name in ("api", "card", "cli", "client", "__main__.py")
)
_SUFFIXES = (".py", ".j2", ".css", ".js")
# Hundreds of files that only the libraries' own developers run.
_TESTS_OF_WHEELS = ("tests", "sample_data")


@dataclass(frozen=True)
class BundleTarget:
    """Where the bundle is going to run."""

    platform: Literal["aws", "host"]
    architecture: Literal["arm64", "x86_64"]

    @property
    def uv_options(self) -> list[str]:
        if self.platform == "host":
            return []
        newest = f"{_MACHINES[self.architecture]}-{_MANYLINUX[0]}"
        return [f"--python-version={PYTHON_VERSION}", f"--python-platform={newest}"]

    @property
    def pip_options(self) -> list[str]:
        if self.platform == "host":
            return []
        machine = _MACHINES[self.architecture]
        platforms = [f"--platform={tag}_{machine}" for tag in _MANYLINUX]
        return [f"--python-version={PYTHON_VERSION}", "--implementation=cp", *platforms]

    @property
    def identity(self) -> str:
        """Differs between targets whose wheels differ."""
        if self.platform == "host":
            return f"host {sys.version} {sys.platform} {os.uname().machine}"
        return " ".join(self.pip_options)


@dataclass(frozen=True)
class BundleContent:
    """What a bundle holds of our code, and the wheels that this needs."""

    requirements: str
    """The file, from the root."""
    left_out: tuple[Path, ...] = ()
    """Files and folders, from the root, besides those that no Lambda needs."""


# A function starts the slower the more it unpacks: Compare alone needs to count and draw, and
# SearchModels alone asks the hub.
_OF_COMPARE = tuple(
    Path(path)
    for path in (
        "bakeoff/report",
        "bakeoff/statistics",
        "bakeoff/comparison/add_statistics.py",
        "bakeoff/comparison/staged_race.py",
        "bakeoff/comparison/summarise.py",
        "bakeoff/comparison/suspect_labels.py",
        "bakeoff/comparison/verdict.py",
        "bakeoff/comparison/verdict_sentences.py",
        "lambdas/compare.py",
        "lambdas/kept_files.py",
        "lambdas/run_record.py",
    )
)
_OF_SEARCH = (Path("bakeoff/search/hub.py"), Path("lambdas/search_models.py"))
COMMON = BundleContent("lambdas/requirements.txt", _OF_COMPARE + _OF_SEARCH)
COMPARE = BundleContent("lambdas/compare-requirements.txt", _OF_SEARCH)
SEARCH = BundleContent("lambdas/search-requirements.txt", _OF_COMPARE)


def build_bundle(
    root: Path, build_folder: Path, target: BundleTarget, content: BundleContent = COMMON
) -> Path:
    """Return a folder that holds the whole bundle, building what is not there yet."""
    wheels = _install_wheels(root, build_folder, target, root / content.requirements)
    sources = _sources(root, _LEFT_OUT + content.left_out)
    digest = hashlib.sha256(wheels.name.encode())
    for path in sources:
        _update(digest, path.relative_to(root).as_posix(), path.read_bytes())
    folder = build_folder / f"lambda-{digest.hexdigest()[:16]}"
    if not folder.exists():
        with _finished_folder(folder) as unfinished:
            shutil.copytree(wheels, unfinished, dirs_exist_ok=True)
            _copy_sources(root, sources, unfinished)
    return folder


def _install_wheels(
    root: Path, build_folder: Path, target: BundleTarget, requirements: Path
) -> Path:
    constraints = root / "constraints.txt"
    digest = hashlib.sha256(target.identity.encode())
    for path in sorted({requirements, root / COMMON.requirements}):
        _update(digest, path.name, path.read_bytes())
    _update(digest, "constraints", constraints.read_bytes())
    folder = build_folder / f"wheels-{digest.hexdigest()[:16]}"
    if not folder.exists():
        with _finished_folder(folder) as unfinished:
            _install(requirements, constraints, unfinished, target)
            _tidy(unfinished)
    return folder


def _install(requirements: Path, constraints: Path, folder: Path, target: BundleTarget) -> None:
    """With uv, which takes seconds; with pip where uv cannot. It does not know pip's settings, such
    as an index that a company has of its own."""
    options = ["--quiet", "--only-binary=:all:", "--target", str(folder)]
    options += ["--requirement", str(requirements), "--constraint", str(constraints)]
    python = [sys.executable, "-m"]
    uv = [*python, "uv", "pip", "install", "--python", sys.executable, *target.uv_options]
    if subprocess.run([*uv, *options], capture_output=True, check=False).returncode == 0:
        return
    pip = [*python, "pip", "install", "--disable-pip-version-check", "--no-compile"]
    # CDK reads the application's standard output; pip belongs on standard error.
    subprocess.run([*pip, *target.pip_options, *options], check=True, stdout=sys.stderr)


def _tidy(folder: Path) -> None:
    """Remove what differs from one installation to the next or is of no use in a Lambda."""
    shutil.rmtree(folder / "bin", ignore_errors=True)
    (folder / ".lock").unlink(missing_ok=True)
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache)
    for tests in [path for path in folder.rglob("*") if path.name in _TESTS_OF_WHEELS]:
        shutil.rmtree(tests, ignore_errors=True)
    for name in ("direct_url.json", "REQUESTED", "RECORD", "INSTALLER"):
        for path in list(folder.glob(f"*.dist-info/{name}")):
            path.unlink()


def _sources(root: Path, left_out: tuple[Path, ...]) -> list[Path]:
    found = [
        path
        for folder in ("bakeoff", "lambdas")
        for path in (root / folder).rglob("*")
        if path.suffix in _SUFFIXES
    ]
    return sorted(path for path in found if not _is_in(path.relative_to(root), left_out))


def _is_in(path: Path, places: tuple[Path, ...]) -> bool:
    return any(path == place or place in path.parents for place in places)


def _copy_sources(root: Path, sources: list[Path], folder: Path) -> None:
    for path in sources:
        copy = folder / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


class _finished_folder:  # noqa: N801 - a context manager, used like a function
    """A temporary folder that gets its real name only once it is complete.

    Two builds may race: the first to finish wins, and the other's folder is dropped.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Path:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        self._unfinished = Path(tempfile.mkdtemp(prefix=".part-", dir=self._folder.parent))
        self._unfinished.chmod(0o755)
        return self._unfinished

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            try:
                self._unfinished.rename(self._folder)
            except OSError:
                if not self._folder.exists():
                    raise
        shutil.rmtree(self._unfinished, ignore_errors=True)


def _update(digest: "hashlib._Hash", name: str, content: bytes) -> None:
    digest.update(f"{name} {len(content)}\n".encode())
    digest.update(content)
