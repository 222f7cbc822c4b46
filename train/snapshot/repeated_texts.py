"""Rows whose texts stand elsewhere too, told by hashes that are gathered in one pass."""

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
# Of Unicode the planes with letters; the others have ideographs, or nothing.
_PLANES_WITH_PUNCTUATION = range(0x20000)
_ASCII_SIGNS = string.punctuation.encode()


@dataclass(frozen=True)
class TextHashes:
    """Of each row's text, or of both of its texts, 64 bits, (rows,).

    Two different texts among ten million share them with a chance of three in a million.
    """

    exact: Hashes
    normalised: Hashes
    """After case, punctuation and the width of white space are dropped."""
    num_texts: NDArray[np.uint8]
    """How many of the row's texts are more than white space."""

    def take(self, rows: NDArray[np.int64]) -> "TextHashes":
        return TextHashes(self.exact[rows], self.normalised[rows], self.num_texts[rows])


def count_repeats(hashes: Hashes) -> int:
    """Rows that stand earlier in the same split."""
    return len(hashes) - len(np.unique(hashes))


def count_leaks(test: TextHashes, others: Mapping[str, TextHashes]) -> dict[str, dict[str, int]]:
    """Rows of test that also stand in each of the other splits, exactly and normalised."""
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
    """Of every row of every split; no text is kept. A missing text counts as an empty one.

    Raises DataError for splits without rows and for values that are no texts.
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
    start = 0
    for batch in rows.batches(columns):
        texts = [
            _texts(values, column, split) for column, values in zip(columns, batch, strict=True)
        ]
        stop = start + len(batch[0])
        exact[start:stop] = _hashed(texts)
        normalised[start:stop] = _hashed([[normalise(t) for t in column] for column in texts])
        for column in texts:
            num_texts[start:stop] += np.array([bool(text.strip()) for text in column])
        start = stop
    return TextHashes(exact, normalised, num_texts)


def _texts(values: Sequence[Any], column: str, split: str) -> list[str]:
    for value in values:
        if not isinstance(value, str | None):
            problem = f"The column {column!r} holds no texts in {split} but {shown([value])}."
            raise DataError.of("text", problem, "Name the column that holds the texts.")
    return [text_of(value) for value in values]


def text_of(value: str | None) -> str:
    """What stands in a column of texts as a text: most files cannot tell an empty one from none."""
    return value or ""


def _hashed(columns: Sequence[Sequence[str]]) -> Hashes:
    digests = (_digest(texts) for texts in zip(*columns, strict=True))
    return np.frombuffer(b"".join(digests), dtype="<u8")


def _digest(texts: Sequence[str]) -> bytes:
    digest = hashlib.blake2b(digest_size=8)
    for text in texts:
        content = _encoded(text)
        # Its size keeps ("ab", "c") from ("a", "bc").
        digest.update(len(content).to_bytes(8, "little") + content)
    return digest.digest()


def normalise(text: str) -> str:
    """Without case, punctuation and the width of white space.

    A text that is nothing but punctuation keeps it: ":)" is not ":(".
    """
    folded = text.casefold()
    plain = folded if folded.isascii() else _without_marks(folded)
    # On bytes, which is several times as fast; no part of another character is an ASCII one.
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
