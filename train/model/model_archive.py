"""Unpacks a model's archive, which may have been made to fill the disk or to reach out of it."""

import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from limits.full_disk import is_full_disk
from model.model_files import ModelError
from storage.error_text import one_line

MOST_FILES = 10_000
# The rest is for the others, which are prepared at the same time.
_SHARE_OF_DISK = 0.9


def unpacked(archive: Path, folder: Path, most_files: int = MOST_FILES) -> Path:
    """The archive's folder that holds the model: its root, or the only folder in it.

    Raises ModelError if it cannot be unpacked, has more than `most_files` members, or more bytes
    than are free on the disk.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _unpack(archive, folder, most_files)
    except (tarfile.TarError, zlib.error, ValueError, OSError, EOFError) as error:
        if is_full_disk(error):
            raise
        raise ModelError(f"{archive.name} cannot be unpacked: {one_line(error)}") from error
    inner = [path for path in folder.iterdir() if path.is_dir()]
    if not (folder / "config.json").exists() and len(inner) == 1:
        return inner[0]
    return folder


def _unpack(archive: Path, folder: Path, most_files: int) -> None:
    # One after another, as an index of all members would be made before anything is known of them.
    with tarfile.open(archive, "r|*") as files:
        for number, member in enumerate(files, 1):
            if number > most_files:
                raise ModelError(
                    f"{archive.name} holds more than {most_files:,} files and folders, so it is no "
                    "archive of a model alone: pack config.json, weights and tokeniser only."
                )
            if member.issym() or member.islnk():
                raise ModelError(
                    f"{archive.name} holds a link, {PurePosixPath(member.name).name}: pack the "
                    "file that it points to instead (`tar --dereference`)."
                )
            free = shutil.disk_usage(folder).free
            if member.size > free * _SHARE_OF_DISK:
                raise ModelError(
                    f"{archive.name} unpacks to more than fits on the disk: "
                    f"{member.name} alone has {member.size:,} bytes, and {free:,} are free."
                )
            _unpack_member(files, member, folder.resolve())


def _unpack_member(files: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Raises ValueError if it is neither a file nor a folder, or lies outside of `folder`.

    Not left to tarfile's filters, which Python has since 3.11.4 only.
    """
    target = (folder / member.name).resolve()
    if not target.is_relative_to(folder):
        raise ValueError(f"{member.name} would be outside of its folder")
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    content = files.extractfile(member) if member.isreg() else None
    if content is None:
        raise ValueError(f"{member.name} is a special file, such as a device")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(content, file)
