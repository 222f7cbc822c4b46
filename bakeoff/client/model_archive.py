"""Unpacks the archive of a trained model, whose content is not trusted."""

import gzip
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from bakeoff.errors import BrokenArchiveError

MAX_FILES = 10_000
MAX_EXPANSION = 100
"""How many times its own size an archive may unpack to; weights have factors below 3."""
FREE_EXPANSION_BYTES = 1 << 28
"""A small archive may unpack to this size whatever the factor."""


def unpack(archive: Path, folder: Path) -> None:
    """Puts the archive's files into `folder`, which is there only once it is complete.

    What was in `folder` before is gone then. Only files and folders are unpacked, and only below
    `folder`.

    Raises BrokenArchiveError if there is anything else in the archive, if it unpacks to more than
    is plausible or than the disk takes, or if it is not complete.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unpacked-", dir=folder.parent) as unpacked:
        whole = Path(unpacked) / "model"
        whole.mkdir()
        try:
            with tarfile.open(archive, "r:gz") as content:
                for member in _checked(content, archive):
                    _put(content, member, whole / member.name)
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BrokenArchiveError(f"{archive.name} cannot be unpacked: {error}.") from error
        shutil.rmtree(folder, ignore_errors=True)
        whole.rename(folder)


def _put(content: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """By hand: rights and owners of the archive have no say, and no Python has to know filters."""
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    source = content.extractfile(member)
    with target.open("wb") as file:
        if source is not None:
            shutil.copyfileobj(source, file)


def _checked(content: tarfile.TarFile, archive: Path) -> Iterator[tarfile.TarInfo]:
    limit = max(FREE_EXPANSION_BYTES, MAX_EXPANSION * archive.stat().st_size)
    limit = min(limit, shutil.disk_usage(archive.parent).free)
    num_files, num_bytes = 0, 0
    for member in content:
        num_files, num_bytes = num_files + 1, num_bytes + member.size
        parts = PurePosixPath(member.name).parts
        if not (member.isfile() or member.isdir()) or member.name.startswith("/") or ".." in parts:
            raise BrokenArchiveError(
                f"{archive.name} holds {member.name[:80]!r}, which is not a file below its folder: "
                "no training job writes such an archive."
            )
        if num_files > MAX_FILES or num_bytes > limit:
            raise BrokenArchiveError(
                f"{archive.name} unpacks to more than {MAX_FILES:,} files or {limit:,} bytes, "
                "which is not plausible or more than the disk takes."
            )
        yield member
