"""Reads a JSON array element by element, without holding the whole text in memory."""

import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import Any, TextIO

from source.data_problems import FileError
from source.limits import MAX_ROW_CHARACTERS

_CHUNK_CHARACTERS = 1 << 16
_SPACE = re.compile(r"[ \t\n\r]*")


class ArrayText:
    """An array of which a part has been read, and a part of that parsed."""

    def __init__(self, file: TextIO, name: str, decoder: JSONDecoder) -> None:
        self._file = file
        self._name = name
        self._decoder = decoder
        self._text = ""
        self._place = 0
        self._line = 1
        """Of the first character of the text."""

    def elements(self) -> Iterator[tuple[Any, str]]:
        """Each element, and its text.

        Raises FileError if what follows is not an element, and the decoder's errors.
        """
        self._expect("[")
        ending = self._next() == "]" and self._expect("]")
        while ending != "]":
            yield self._element()
            ending = self._expect(",]")
        if self._next():
            line = self._line_at(self._place)
            raise FileError(f"{self._name}, line {line}: the array ends, but the file goes on.")

    def _element(self) -> tuple[Any, str]:
        self._next()
        while True:
            try:
                element, end = self._decoder.raw_decode(self._text, self._place)
                break
            except JSONDecodeError as error:
                # The element may go on in what has not been read yet.
                is_cut = len(self._text) - self._place <= MAX_ROW_CHARACTERS and self._read()
                if not is_cut:
                    raise self._broken(error) from error
        text = self._text[self._place : end]
        self._place = end
        return element, text

    def _broken(self, error: JSONDecodeError) -> FileError:
        if len(self._text) - self._place > MAX_ROW_CHARACTERS:
            line = self._line_at(self._place)
            return FileError(
                f"{self._name}, line {line}: an element does not end within "
                f"{MAX_ROW_CHARACTERS:,} characters, the most that is read of a row.",
                "Shorten the row, or mend the file.",
            )
        return FileError(f"{self._name}, line {self._line_at(error.pos)}: {error.msg}.")

    def _expect(self, characters: str) -> str:
        found = self._next()
        if not found or found not in characters:
            wanted = " or ".join(characters)
            line = self._line_at(self._place)
            raise FileError(f"{self._name}, line {line}: the array has no {wanted} here.")
        self._place += 1
        return found

    def _next(self) -> str:
        """The next character that is no white space, which stays; "" at the end of the file."""
        while True:
            space = _SPACE.match(self._text, self._place)
            self._place = space.end() if space else self._place
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._read():
                return ""

    def _read(self) -> bool:
        """Read on, as much as there is unparsed: so a long element takes linear time."""
        rest = self._text[self._place :]
        more = self._file.read(max(_CHUNK_CHARACTERS, len(rest)))
        if not more:
            return False
        self._line += self._text.count("\n", 0, self._place)
        self._text, self._place = rest + more, 0
        return True

    def _line_at(self, place: int) -> int:
        return self._line + self._text.count("\n", 0, place)
