"""Archives read as they come, without keeping the rest."""

import gzip
import tarfile
import zlib
from collections.abc import Mapping
from typing import IO

from bakeoff.errors import BrokenArchiveError

# No OSError but BadGzipFile: a full disk or a lost connection says nothing about the archive.
_BROKEN_ARCHIVE = (gzip.BadGzipFile, EOFError, zlib.error, tarfile.TarError)


def archive_members(file: IO[bytes], uri: str, max_bytes: Mapping[str, int]) -> dict[str, bytes]:
    """The wanted files of the open .tar.gz archive at `uri`; see `Store.members`."""
    try:
        return _members(file, max_bytes)
    except _BROKEN_ARCHIVE as error:
        raise BrokenArchiveError(f"{uri} is not a complete .tar.gz archive: {error}") from error


def _members(file: IO[bytes], max_bytes: Mapping[str, int]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    # Not tarfile's own "r|gz": it hides which errors are the archive's and which the stream's.
    with (
        gzip.GzipFile(fileobj=file) as content,
        tarfile.open(fileobj=content, mode="r|") as archive,
    ):
        for member in archive:
            name = member.name.removeprefix("./")
            if name in max_bytes and member.isfile() and member.size <= max_bytes[name]:
                extracted = archive.extractfile(member)
                found[name] = b"" if extracted is None else extracted.read()
            if len(found) == len(max_bytes):
                break
    return found
