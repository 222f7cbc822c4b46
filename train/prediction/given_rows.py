"""The rows of a file, some at a time: as texts, or as what is no text."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from source.raw_rows import RawRows

MOST_ROWS = 1 << 16
MOST_CHARACTERS = 1 << 26
"""Of a part. A usual test split is one part, so that its batches are those in which it was
scored."""


@dataclass(frozen=True)
class Part:
    """Some rows in their order."""

    first: int
    """The number of the first row, from 1."""
    texts: list[list[str] | None]
    """Of each row; None where a value is no text."""
    kept: list[list[Any]]
    """The values of the columns that are kept, by row."""


def parts_of(rows: RawRows, text: Sequence[str], kept: Sequence[str]) -> Iterator[Part]:
    """All rows in order. Missing texts are empty, as in training. Raises DataError."""
    columns = [*dict.fromkeys([*text, *kept])]
    places = [columns.index(name) for name in text]
    kept_places = [columns.index(name) for name in kept]
    each_row = itertools.chain.from_iterable(
        zip(*batch, strict=True) for batch in rows.batches(columns)
    )
    texts: list[list[str] | None] = []
    kept_values: list[list[Any]] = []
    first, num_characters = 1, 0
    for row in each_row:
        texts.append(_texts([row[place] for place in places]))
        kept_values.append([row[place] for place in kept_places])
        num_characters += sum(map(len, texts[-1] or ()))
        if len(texts) == MOST_ROWS or num_characters >= MOST_CHARACTERS:
            yield Part(first, texts, kept_values)
            first += len(texts)
            texts, kept_values, num_characters = [], [], 0
    if texts:
        yield Part(first, texts, kept_values)


def _texts(values: Sequence[Any]) -> list[str] | None:
    if not all(isinstance(value, str | None) for value in values):
        return None
    return [value or "" for value in values]
