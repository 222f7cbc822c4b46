"""Lists of labels that are written as text, as in a CSV file: ["a", "b"] or ['a', 'b'] or [a, b].

Only JSON and Python's literals are parsed; nothing is evaluated.
"""

import ast
import io
import json
import tokenize
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from labelling.label_values import LabelValues, flag_of
from source.data_problems import DataError, shown
from source.numerals import number_in
from source.source_splits import leading

_BRACKETS = {"[": "]", "(": ")", "{": "}"}
_EMPTY_SET = "set()"
_MOST_CHARACTERS = 100_000
_REMEDY = (
    'Write all of them as JSON, such as ["a", "b"] and [] for none, or as names with a '
    'label_delimiter between them. If each is one label, give "task": "multiclass".'
)


def with_lists(
    splits: Mapping[str, LabelValues], task: str | None, delimiter: str | None
) -> tuple[dict[str, LabelValues], str | None, list[str]]:
    """The splits with lists in place of texts that are lists; the delimiter that the texts still
    have; and notes.

    Raises DataError if only some of the texts are lists.
    """
    unchanged: tuple[dict[str, LabelValues], str | None, list[str]] = dict(splits), delimiter, []
    train = splits[leading(splits)]
    texts = _texts(train.values)
    if len(train.columns) > 1 or not texts or not any(map(_has_brackets, texts)):
        return unchanged
    lists = {text: _list_in(text) for split in splits.values() for text in _texts(split.values)}
    found = [text for text in texts if lists[text] is not None]
    if task not in (None, "multilabel") and not all(_is_vector(lists[text]) for text in texts):
        # Whatever the texts are like, each of them is one label.
        return unchanged
    if len(found) == len(texts):
        note = f"The labels in {train.column!r} are lists written as text, such as {found[0]!r:.80}"
        read = {split: _parsed(split, labels, lists) for split, labels in splits.items()}
        return read, None, [f"{note}; they were read as lists."]
    if delimiter is not None and all(text[0] == "[" and text[-1] == "]" for text in texts):
        note = f"The labels in {train.column!r} were read without the brackets around them."
        bare = {split: _without_brackets(labels) for split, labels in splits.items()}
        return bare, delimiter, [note]
    if found or any(_is_unreadable_list(text) for text in texts):
        raise _not_lists(train, lists)
    return unchanged


def _texts(values: Iterable[Any]) -> list[str]:
    """The different texts, without white space around; [] if there are other values."""
    distinct: dict[str, None] = {}
    for value in values:
        if isinstance(value, str):
            distinct[value] = None
        elif value is not None:
            return []
    return list(dict.fromkeys(text.strip() for text in distinct if text.strip()))


def _has_brackets(text: str) -> bool:
    return text == _EMPTY_SET or _BRACKETS.get(text[0]) == text[-1]


def _is_unreadable_list(text: str) -> bool:
    """Whether it is like [a, b], or like numpy's [0 1]; neither JSON nor Python reads it."""
    if text[0] != "[" or text[-1] != "]":
        return False
    parts = text[1:-1].split()
    are_numbers = len(parts) > 1 and None not in map(number_in, parts)
    return are_numbers or any(sign in text for sign in ",'\"")


def _is_vector(found: list[Any] | None) -> bool:
    """Whether it may be a list of 0 and 1 that encodes labels."""
    return found is not None and len(found) > 1 and None not in map(flag_of, found)


def _list_in(text: str) -> list[Any] | None:
    """The list, tuple or set that the text is a literal of; None if it is something else."""
    if not _has_brackets(text) or len(text) > _MOST_CHARACTERS:
        return None
    if text == _EMPTY_SET:
        return []
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = _python_literal(text)
    if isinstance(content, set):
        return sorted(content, key=str)
    return list(content) if isinstance(content, list | tuple) else None


def _python_literal(text: str) -> Any:
    try:
        with warnings.catch_warnings():
            # Of escape sequences that Python does not know.
            warnings.simplefilter("ignore")
            content = ast.literal_eval(text)
            kinds = [token.type for token in tokenize.generate_tokens(io.StringIO(text).readline)]
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError, tokenize.TokenError):
        return None
    # numpy prints ['a' 'b'], which Python reads as ['ab'].
    is_joined = (tokenize.STRING, tokenize.STRING) in pairwise(kinds)
    return None if is_joined else content


def _parsed(split: str, labels: LabelValues, lists: Mapping[str, list[Any] | None]) -> LabelValues:
    values: list[Any] = []
    for row, value in enumerate(labels.values):
        text = value.strip() if isinstance(value, str) else value
        if not text:
            values.append(None)
            continue
        found = lists.get(text) if isinstance(text, str) else text
        if not isinstance(found, list):
            place = f"row {labels.row_number(row):,} of {split}, counted from 0,"
            problem = f"The labels of train are lists written as text, but {place} has "
            problem += f"{shown([value])}."
            raise DataError.of("label", problem, _REMEDY)
        values.append(found)
    return replace(labels, columns={labels.column: values})


def _without_brackets(labels: LabelValues) -> LabelValues:
    values = [
        text[1:-1]
        if isinstance(value, str) and _has_brackets(text := value.strip() or " ")
        else value
        for value in labels.values
    ]
    return replace(labels, columns={labels.column: values})


def _not_lists(train: LabelValues, lists: Mapping[str, list[Any] | None]) -> DataError:
    odd = [
        (row, value)
        for row, value in enumerate(train.values)
        if value is not None and value.strip() and lists[value.strip()] is None
    ]
    row, value = odd[0]
    what = "look like lists, but" if len(odd) == len(train.values) else "are lists written as text;"
    place = f"row {train.row_number(row):,}, counted from 0: {value!r:.80}"
    problem = (
        f"Labels in {train.column!r} {what} {len(odd):,} of {len(train.values):,} rows of train "
        f"have no list that can be read; the first is {place}."
    )
    return DataError.of("label", problem, _REMEDY)


def unquoted(name: str) -> str:
    """The name without a pair of quotes around it."""
    return name[1:-1].strip() if len(name) > 1 and name[0] == name[-1] in "'\"" else name


def as_parts(values: Sequence[Any], delimiter: str) -> list[list[str] | None]:
    """Each text's parts between delimiters, also empty ones; None for what is no text."""
    return [
        [part.strip() for part in value.split(delimiter)] if isinstance(value, str) else None
        for value in values
    ]
