"""Finds rows whose texts also occur elsewhere, by hashes computed in one pass."""

import functools
import hashlib
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from source.data_problems import DataError, Problem, shown
from source.raw_rows import RawRows

Hashes = NDArray[np.uint64]
# The Unicode planes with letters; the others have ideographs or nothing.
_PLANES_WITH_PUNCTUATION = range(0x20000)
_ASCII_SIGNS = string.punctuation.encode()


@dataclass(frozen=True)
class TextHashes:
    """A 64-bit hash of each row's text, or of both of its texts, (rows,).

    The probability of any collision among ten million texts is three in a million.
    """

    exact: Hashes
    normalised: Hashes
    """Hashes without case, punctuation and the width of white space."""
    num_texts: NDArray[np.uint8]
    """The number of the row's texts that are not only white space."""

    def take(self, rows: NDArray[np.int64]) -> "TextHashes":
        return TextHashes(self.exact[rows], self.normalised[rows], self.num_texts[rows])


def count_repeats(hashes: Hashes) -> int:
    """The number of rows that occur earlier in the same split."""
    return len(hashes) - len(np.unique(hashes))


def count_leaks(test: TextHashes, others: Mapping[str, TextHashes]) -> dict[str, dict[str, int]]:
    """The number of test rows that also occur in each other split, exactly and normalised."""
    return {
        "exact": {
            split: int(np.isin(test.exact, other.exact).sum()) for split, other in others.items()
        },
        "normalised": {
            split: int(np.isin(test.normalised, other.normalised).sum())
            for split, other in others.items()
        },
    }


def hash_texts(splits: Mapping[str, RawRows], columns: Sequence[str]) -> dict[str, TextHashes]:
    """Hash every row of every split, without keeping texts. A missing text counts as an empty one.

    Raises DataError for splits without rows and for values that are not texts.
    """
    hashes: dict[str, TextHashes] = {}
    problems: list[Problem] = []
    for split, rows in splits.items():
        try:
            hashes[split] = _hashes(split, rows, columns)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return hashes


def _hashes(split: str, rows: RawRows, columns: Sequence[str]) -> TextHashes:
    if not len(rows):
        raise DataError.of(f"dataset.{split}", f"The {split} split has no rows.", "Give rows.")
    exact = np.empty(len(rows), dtype=np.uint64)
    normalised = np.empty(len(rows), dtype=np.uint64)
    num_texts = np.zeros(len(rows), dtype=np.uint8)
    odd = {column: _OddValues() for column in columns}
    start = 0
    for batch in rows.batches(columns):
        texts = [
            odd[column].without(values, start)
            for column, values in zip(columns, batch, strict=True)
        ]
        stop = start + len(batch[0])
        exact[start:stop] = _hashed(texts)
        normalised[start:stop] = _hashed([[normalise(t) for t in column] for column in texts])
        for column in texts:
            num_texts[start:stop] += np.array([bool(text.strip()) for text in column])
        start = stop
    problems = [found.problem(column, split, len(rows)) for column, found in odd.items()]
    if any(problems):
        raise DataError([problem for problem in problems if problem is not None])
    return TextHashes(exact, normalised, num_texts)


@dataclass
class _OddValues:
    """What a column of texts has that is no text."""

    count: int = 0
    first_row: int = 0
    first: Any = None

    def without(self, values: Sequence[Any], start: int) -> list[str]:
        """The values as texts, those that are none as empty ones; `start` is the first's row."""
        for row, value in enumerate(values, start):
            if not isinstance(value, str | None):
                if not self.count:
                    self.first_row, self.first = row, value
                self.count += 1
        return [text_of(value if isinstance(value, str) else None) for value in values]

    def problem(self, column: str, split: str, num_rows: int) -> Problem | None:
        if not self.count:
            return None
        problem = (
            f"The column {column!r} holds no text in {self.count:,} of {num_rows:,} rows of "
            f"{split}; the first is row {self.first_row:,}, counted from 0: {shown([self.first])}."
        )
        remedy = (
            "Name the column that holds the texts."
            if self.count == num_rows
            else "Write these values as texts, in quotes, or leave the rows out."
        )
        return Problem("text", problem, remedy)


def text_of(value: str | None) -> str:
    """A value as a text; None becomes "", since most formats cannot distinguish the two."""
    return value or ""


def _hashed(columns: Sequence[Sequence[str]]) -> Hashes:
    digests = (_digest(texts) for texts in zip(*columns, strict=True))
    return np.frombuffer(b"".join(digests), dtype="<u8")


def _digest(texts: Sequence[str]) -> bytes:
    digest = hashlib.blake2b(digest_size=8)
    for text in texts:
        content = _encoded(text)
        # The size distinguishes ("ab", "c") from ("a", "bc").
        digest.update(len(content).to_bytes(8, "little") + content)
    return digest.digest()


def normalise(text: str) -> str:
    """Remove case, punctuation and the width of white space from a text.

    A text that consists only of punctuation keeps it: ":)" is not ":(".
    """
    folded = text.casefold()
    plain = folded if folded.isascii() else _without_marks(folded)
    # On bytes, which is several times as fast; multi-byte characters contain no ASCII bytes.
    plain = _encoded(plain).translate(None, _ASCII_SIGNS).decode("utf-8", "surrogatepass")
    return " ".join(plain.split() or folded.split())


def _without_marks(text: str) -> str:
    for mark in _marks().intersection(text):
        text = text.replace(mark, "")
    return text


@functools.cache
def _marks() -> frozenset[str]:
    """Unicode's punctuation."""
    return frozenset(
        char for char in map(chr, _PLANES_WITH_PUNCTUATION) if category(char)[0] == "P"
    )


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
