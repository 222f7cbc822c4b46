"""Reads text files: finds their encoding, and says where a file does not have it."""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from source.data_problems import FileError
from source.data_streams import first_bytes, opened
from source.limits import MAX_ROW_CHARACTERS

_CHUNK_BYTES = 1 << 16
_SHOWN_BYTES = 20
# UTF-32's mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE_CODECS = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_SIGNS_OF_ROWS = frozenset("\n,;|\t{")


@dataclass(frozen=True)
class TextForm:
    """What the request says about text files; None: recognised from the content."""

    encoding: str | None = None
    """A codec of Python."""
    quotes: bool | None = None
    """Whether double quotes enclose values of CSV."""


class PhysicalLines:
    """The lines of a text file, as they are on disk. Limits a row, which may have several."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file = file
        self._name = name
        self._characters = 0
        self.number = 0
        """Of the last line that was read, from 1."""
        self.row: list[str] = []
        """The lines since `begin_row`."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        # Not one character more than it takes to see that the row is too long.
        line = self._file.readline(MAX_ROW_CHARACTERS + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self._characters += len(line)
        self.row.append(line)
        if self._characters > MAX_ROW_CHARACTERS:
            problem = (
                f"{self._name}, line {self.first_number}: a row has more than "
                f"{MAX_ROW_CHARACTERS:,} characters, the most that is read."
            )
            raise FileError(problem, "Shorten the row, or leave it out.")
        return line

    @property
    def first_number(self) -> int:
        """The number of the row's first line."""
        return self.number - len(self.row) + 1

    def begin_row(self) -> None:
        self.row.clear()
        self._characters = 0


@contextmanager
def open_text(path: Path, encoding: str | None, newline: str | None = None) -> Iterator[TextIO]:
    """The text of a file, whose encoding is stated by the request or else recognised.

    It is that of the byte order mark, or UTF-8. Raises FileError if the file has another one,
    either at once or when the place is read.
    """
    codec = _codec(path, encoding)
    with io.TextIOWrapper(opened(path), encoding=codec, newline=newline) as file:
        try:
            yield file
        except UnicodeError:
            raise _undecodable(path, codec, encoding) from None


def _codec(path: Path, stated: str | None) -> str:
    sample = first_bytes(path)
    marked = next((codec for mark, codec in _MARKS if sample.startswith(mark)), None)
    if stated is None:
        if marked is None:
            _check_zeros(path, sample)
        return marked or "utf-8"
    if marked is not None and _family(marked) != _family(stated):
        raise FileError(
            f"{path.name} begins with the byte order mark of {_family(marked)}, but the request "
            f"gives the encoding {stated}.",
            'Leave out "encoding", or correct it.',
        )
    return marked or stated


def _family(codec: str) -> str:
    """utf-16 for utf-16-le, and so on."""
    return "-".join(codecs.lookup(codec).name.split("-")[:2])


def _check_zeros(path: Path, sample: bytes) -> None:
    """Raises FileError for UTF-16 and UTF-32, in which the signs between values have zeros."""
    if b"\0" not in sample:
        return
    for codec in _WIDE_CODECS:
        if _is_text_in(codec, sample):
            raise FileError(
                f"{path.name} looks like {codec} without a byte order mark.",
                f'Give "encoding": "{codec}" in dataset, or save the file as UTF-8.',
            )


def _is_text_in(codec: str, sample: bytes) -> bool:
    try:
        # The sample may end within a character.
        text = codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return False
    # In other text with zeros, hardly any line feed is beside one.
    num_lines, num_bytes = text.count("\n"), sample.count(b"\n")
    are_wide = num_bytes == 0 or 2 * num_lines > num_bytes
    return are_wide and "\0" not in text and not _SIGNS_OF_ROWS.isdisjoint(text)


def _undecodable(path: Path, codec: str, stated: str | None) -> FileError:
    """Finds the first place that is not in the encoding. Lines end at any line feed, as editors
    count them."""
    decoder = codecs.getincrementaldecoder(codec)()
    num_bytes, num_lines = 0, 1
    with opened(path) as stream:
        while True:
            chunk = stream.read(_CHUNK_BYTES)
            try:
                num_lines += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                # What the decoder kept of earlier chunks comes before this one.
                place = num_bytes + len(chunk) - len(error.object) + error.start
                good = error.object[: error.start]
                num_lines += good.decode(codec, "ignore").count("\n")
                where = f"{path.name}, line {num_lines}: byte {place + 1:,} of the file is"
                return _wrong_byte(where, codec, stated, error)
            except UnicodeError as error:
                return FileError(f"{path.name} is not {codec}: {error}.")
            num_bytes += len(chunk)
            if not chunk:
                return FileError(f"{path.name} is not {codec}.")


def _wrong_byte(where: str, codec: str, stated: str | None, error: UnicodeDecodeError) -> FileError:
    problem = (
        f"{where} 0x{error.object[error.start]:02X}, which is not valid in "
        f"{codec.removesuffix('-sig')} there"
    )
    other = 'the file\'s "encoding" in dataset, such as "cp1252", or save it as UTF-8.'
    if stated is not None:
        return FileError(f"{problem}, the encoding that the request gives.", f"Correct {other}")
    guess = _as_cp1252(error.object, error.start)
    if guess is None:
        return FileError(f"{problem}.", f"Give {other}")
    return FileError(
        f"{problem}. In cp1252 (Windows, and Latin-1) the place reads {guess!r}.",
        f'If that is right, give "encoding": "cp1252" in dataset; otherwise give {other}',
    )


def _as_cp1252(content: bytes, place: int) -> str | None:
    """The surroundings of the place within its line; None if no such text has these bytes."""
    start = max(content.rfind(b"\n", 0, place) + 1, place - _SHOWN_BYTES)
    line = content[start : place + _SHOWN_BYTES].split(b"\n", 1)[0]
    try:
        text = line.decode("cp1252").strip()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
