"""Guesses by their content which columns hold the texts and the labels, where no name tells."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import fmean
from typing import Any

from labelling.joined_labels import seeming_delimiter
from snapshot.text_and_label import USUAL_LABELS, USUAL_NUMBERS, Columns, find_columns
from source.data_problems import DataError
from source.raw_rows import RawRows
from source.source_splits import leading

_ROWS = 1000
# Texts have words; a column of categories has one or two.
_LEAST_WORDS = 3.0
_FEW_LABELS = 20
# As in question_1, "Question 2" and sentence_b.
_NUMBER = re.compile(r"(?:[ _.-]*[12]|[ _.-]+[ab])$")


@dataclass(frozen=True)
class _Content:
    """What the first rows have in a column."""

    name: str
    num_words: float
    """The mean; 0 where values are no texts."""
    num_distinct: int
    num_rows: int
    """Those with a value."""

    @property
    def recurs(self) -> bool:
        few = max(_FEW_LABELS, self.num_rows // 2)
        return 2 <= self.num_distinct <= min(few, self.num_rows - 1)

    @property
    def is_named_label(self) -> bool:
        parts = self.name.lower().replace("-", "_").replace(" ", "_").split("_")
        return any(part in (*USUAL_LABELS, *USUAL_NUMBERS) for part in parts)


def guess_columns(
    splits: Mapping[str, RawRows], text: Sequence[str] | None, label: Sequence[str] | None
) -> tuple[Columns, list[str]]:
    """The columns by their usual names, else by their content; and the fields that are guesses.

    Raises DataError, as `find_columns`, where the content does not tell either.
    """
    try:
        return find_columns(splits, text, label), []
    except DataError as error:
        found = _contents(splits[leading(splits)])
        guesses = {"text": text, "label": label}
        guessed = [
            field
            for field in ("text", "label")
            if guesses[field] is None and any(each.field == field for each in error.problems)
        ]
        if "text" in guessed:
            guesses["text"] = _text(found, taken=guesses["label"] or ())
        if "label" in guessed:
            guesses["label"] = _label(found, taken=guesses["text"] or ())
        return find_columns(splits, guesses["text"], guesses["label"]), guessed


def guess_delimiter(rows: RawRows, labels: Sequence[str]) -> str | None:
    """What separates the labels of a row in its one column of text, if anything seems to."""
    if len(labels) != 1 or rows.class_names.get(labels[0]):
        return None
    values = rows.values(labels[0])
    if not all(isinstance(value, str | None) for value in values):
        return None
    return seeming_delimiter({value for value in values if value and value.strip()})


def _text(found: Sequence[_Content], taken: Sequence[str]) -> list[str] | None:
    texts = [each for each in found if each.num_words >= _LEAST_WORDS and each.name not in taken]
    if not texts:
        return None
    longest = max(texts, key=lambda each: each.num_words).name
    numbered = [each.name for each in texts if _stem(each.name) == _stem(longest)]
    return numbered if len(numbered) == 2 else [longest]


def _stem(name: str) -> str:
    """The name without the number or letter that tells the columns of a pair apart."""
    return _NUMBER.sub("", name.strip().lower())


def _label(found: Sequence[_Content], taken: Sequence[str]) -> list[str] | None:
    labels = [
        each
        for each in found
        if each.recurs and each.num_words < _LEAST_WORDS and each.name not in taken
    ]
    if not labels:
        return None
    return [min(labels, key=lambda each: (not each.is_named_label, each.num_distinct)).name]


def _contents(rows: RawRows) -> list[_Content]:
    names = rows.column_names
    values: list[list[Any]] = [[] for _ in names]
    for batch in islice(rows.batches(names), 1):
        for column, read in zip(values, batch, strict=True):
            column += [value for value in read[:_ROWS] if value not in (None, "")]
    return [_content(name, column) for name, column in zip(names, values, strict=True)]


def _content(name: str, values: Sequence[Any]) -> _Content:
    is_text = bool(values) and all(isinstance(value, str) for value in values)
    num_words = fmean(len(value.split()) for value in values) if is_text else 0.0
    return _Content(name, num_words, len(set(map(str, values))), len(values))
