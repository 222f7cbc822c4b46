"""Opens data files as streams of bytes: unpacked, and within limits."""

import io
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from source.data_problems import FileError
from source.limits import FREE_EXPANSION_BYTES, MAX_EXPANSION

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
SAMPLE_BYTES = 4096

_BUFFER_BYTES = 1 << 18
_GZIP_MARK = b"\x1f\x8b"
# What is often given in place of rows, by the bytes with which it begins.
_OTHER_CONTENTS = {
    b"PK\x03\x04": ("a ZIP archive or an Excel file", "Unpack it, or export its sheet as CSV."),
    b"\xd0\xcf\x11\xe0": ("an Excel file", "Export its sheet as CSV."),
    _GZIP_MARK: ("compressed with gzip once more", "Unpack it, or let its name end in .gz."),
    b"\x28\xb5\x2f\xfd": ("compressed with zstd once more", "Unpack it, or name it .zst."),
    b"BZh": ("compressed with bzip2", "Unpack it, or compress it as .gz or .zst."),
    b"\xfd7zXZ\x00": ("compressed with xz", "Unpack it, or compress it as .gz or .zst."),
    b"PAR1": ("a Parquet file", "Let its name end in .parquet."),
    b"ARROW1\x00\x00": ("an Arrow file", "Write it as Parquet."),
    b"SQLite format 3\x00": ("an SQLite database", "Export the table as CSV."),
    b"version https://git-lfs": (
        "a pointer of Git LFS, not the file itself",
        "Fetch that with git lfs pull.",
    ),
    b"<!DOCTYPE": ("a web page", "Download the data itself."),
    b"<!doctype": ("a web page", "Download the data itself."),
    b"<html": ("a web page", "Download the data itself."),
    b"%PDF-": ("a PDF document", "Give the rows as CSV, JSON Lines or Parquet."),
}
_TAR_MARK, _TAR_MARK_PLACE = b"ustar", 257


def opened(path: Path) -> BinaryIO:
    """The bytes of a file, uncompressed if its suffix is one of COMPRESSIONS.

    Raises FileError if it is not compressed. Reading raises FileError if they are implausibly many,
    and pyarrow's errors if it is damaged.
    """
    compression = COMPRESSIONS.get(path.suffix.lower())
    if compression is None:
        return path.open("rb")
    if compression == "gzip":
        _check_gzip(path)
    stream = pa.input_stream(str(path), compression=compression)
    return io.BufferedReader(_Expanding(stream, path), _BUFFER_BYTES)


def _check_gzip(path: Path) -> None:
    with path.open("rb") as file:
        mark = file.read(len(_GZIP_MARK))
    if mark and mark != _GZIP_MARK:
        raise FileError(
            f"{path.name} is not compressed with gzip, as its name says.",
            "Leave .gz out of its name, or compress it.",
        )


def first_bytes(path: Path) -> bytes:
    """At most SAMPLE_BYTES, uncompressed. Raises FileError if the file evidently has no rows."""
    with opened(path) as stream:
        sample = stream.read(SAMPLE_BYTES)
    found = next((what for mark, what in _OTHER_CONTENTS.items() if sample.startswith(mark)), None)
    if sample[_TAR_MARK_PLACE:].startswith(_TAR_MARK):
        found = ("a TAR archive", "Unpack it and give the files, one or all in a folder.")
    if found is not None:
        raise FileError(f"{path.name} is {found[0]}.", found[1])
    return sample


class _Expanding(io.RawIOBase):
    """The content of a compressed file. Stops one that unpacks to far more than any rows would."""

    def __init__(self, stream: Any, path: Path) -> None:
        self._stream = stream
        self._name = path.name
        self._size = path.stat().st_size
        self._num_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        num_bytes = int(self._stream.readinto(buffer))
        self._num_bytes += num_bytes
        if self._num_bytes > max(FREE_EXPANSION_BYTES, MAX_EXPANSION * self._size):
            raise FileError(
                f"{self._name} has {self._size:,} bytes and unpacks to more than "
                f"{self._num_bytes:,}; files that grow to over {MAX_EXPANSION} times their size "
                f"are read only up to {FREE_EXPANSION_BYTES:,} bytes.",
                "If these really are rows, give the file uncompressed.",
            )
        return num_bytes

    def close(self) -> None:
        self._stream.close()
        super().close()
