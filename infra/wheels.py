"""The wheels of a Lambda bundle, in one archive, put together without Docker.

They are those of the Lambda runtime ("aws") or of the running interpreter ("host"). An archive is
kept under the build folder, named by a hash of what goes in, so that it is made once.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

PYTHON_VERSION = "3.13"
# Newest first: some projects publish aarch64 wheels for the newer tags alone.
_MANYLINUX = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014")
_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
# Hundreds of files that only the libraries' own developers run.
_TESTS_OF_WHEELS = ("tests", "sample_data")
# The oldest that a zip archive can hold: equal files give equal bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
# Half the time of the usual one, for archives that are a twelfth larger.
_LEVEL = 3


@dataclass(frozen=True)
class BundleTarget:
    """Where a bundle is going to run."""

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


def wheels_archive(
    build_folder: Path, target: BundleTarget, requirements: Path, constraints: Path
) -> Path:
    """The archive of the wheels that a file of requirements names, made if it is not there yet."""
    digest = hashlib.sha256(target.identity.encode())
    for path in (*_with_included(requirements), constraints):
        update(digest, path.name, path.read_bytes())
    archive = build_folder / f"wheels-{digest.hexdigest()[:16]}.zip"
    if not archive.exists():
        with tempfile.TemporaryDirectory() as folder, finished_file(archive) as unfinished:
            _install(requirements, constraints, Path(folder), target)
            _tidy(Path(folder))
            add_files(unfinished, Path(folder), Path(folder).rglob("*"))
    return archive


def _with_included(requirements: Path) -> Iterator[Path]:
    """A file of requirements, and those that it includes."""
    yield requirements
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            yield from _with_included(requirements.parent / line.removeprefix("-r ").strip())


def add_files(archive: Path, folder: Path, paths: Iterable[Path]) -> None:
    """Add files to an archive, under their paths from `folder`; equal files give equal bytes."""
    with ZipFile(archive, "a") as opened:
        for path in sorted(path for path in paths if path.is_file()):
            entry = ZipInfo(path.relative_to(folder).as_posix(), _DATE)
            entry.external_attr = _MODE
            opened.writestr(entry, path.read_bytes(), ZIP_DEFLATED, _LEVEL)


@contextmanager
def finished_file(path: Path) -> Iterator[Path]:
    """A new file that gets its real name only once it is complete. Two builds may race."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".part-", dir=path.parent)
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.chmod(0o644)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def update(digest: "hashlib._Hash", name: str, content: bytes) -> None:
    """Add a file to a digest."""
    digest.update(f"{name} {len(content)}\n".encode())
    digest.update(content)


def _install(requirements: Path, constraints: Path, folder: Path, target: BundleTarget) -> None:
    """With uv, which takes seconds; with pip where uv cannot. It does not know pip's settings, such
    as an index that a company has of its own."""
    options = ["--quiet", "--only-binary=:all:", "--target", str(folder)]
    options += ["--requirement", str(requirements), "--constraint", str(constraints)]
    python = [sys.executable, "-m"]
    # As pip does, it trusts whom the system trusts.
    uv = [*python, "uv", "pip", "install", "--system-certs", "--python", sys.executable]
    done = subprocess.run([*uv, *target.uv_options, *options], capture_output=True, check=False)
    if done.returncode == 0:
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
