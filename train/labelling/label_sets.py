"""Several labels per row: encodes lists, delimited text or columns of 0 and 1 as class numbers."""

from collections.abc import Mapping
from typing import Any

from labelling.label_problems import (
    hardly_recurring,
    missing,
    no_positive,
    rows_of,
    too_much,
    unknown,
)
from labelling.label_values import LabelValues, flag_of, in_order, name_of, not_labels
from labelling.list_texts import unquoted
from source.data_problems import DataError, Problem
from source.source_splits import leading

# A row's labels in its own order; None if they are missing, () if it has none.
Names = tuple[str, ...]


def encode_sets(
    splits: Mapping[str, LabelValues], delimiter: str | None, positive: str | None
) -> tuple[list[str], dict[str, list[list[int]]]]:
    """The labels' names, which are those in train, or in test without one, and for each row its
    labels' ascending numbers.

    Names are in the order of the columns or of the hub data set's own list; otherwise they are
    sorted as class labels are.

    Raises DataError with every problem in the labels of all splits.
    """
    values = {split: _sets(split, labels, delimiter) for split, labels in splits.items()}
    present = {split: _present(rows) for split, rows in values.items()}
    first = leading(splits)
    known, leader = present[first], splits[first]
    declared = list(leader.columns) if len(leader.columns) > 1 else leader.named
    names = [name for name in declared if name in known] if declared else in_order(known)
    total = sum(len(row) for row in values[first] if row is not None)
    problems = [
        *missing(values, splits),
        *hardly_recurring(known, total, f"{total} labels of {first}"),
        *too_much(known),
    ]
    if not problems:
        problems += unknown(present, known, first)
    if len(names) < 2:
        problem = f"The {rows_of(first)} have {len(names)} different labels, but two are needed."
        remedy = "Give more labels; whether rows have one label or not is a binary task."
        problems.append(Problem("label", problem, remedy))
    problems += no_positive(positive, "A row may have several labels")
    if problems:
        raise DataError(problems)
    index = {name: number for number, name in enumerate(names)}
    return names, {
        split: [sorted(index[name] for name in row or ()) for row in rows]
        for split, rows in values.items()
    }


def _present(rows: list[Names | None]) -> set[str]:
    return {name for row in rows for name in row or ()}


def _sets(split: str, labels: LabelValues, delimiter: str | None) -> list[Names | None]:
    if len(labels.columns) > 1:
        return _flagged(split, labels)
    if any(isinstance(value, list) for value in labels.values):
        return [_listed(split, labels, value) for value in labels.values]
    if delimiter is None:
        return [_of_empty(split, labels, value) for value in labels.values]
    return [_delimited(split, labels, value, delimiter) for value in labels.values]


def _flagged(split: str, labels: LabelValues) -> list[Names | None]:
    flags = []
    for column, values in labels.columns.items():
        known = {None: None, **{value: flag_of(value) for value in set(map(_hashable, values))}}
        odd = [value for value, flag in known.items() if flag is None and value is not None]
        if odd:
            problem = f"The column {column!r} is to hold 0 and 1, but {split} has {odd[0]!r}."
            remedy = "Name columns of 0 and 1, or one column that holds the labels."
            raise DataError.of("label", problem[:300], remedy)
        flags.append([known[value] for value in values])
    names = list(labels.columns)
    return [
        None if None in row else tuple(name for name, flag in zip(names, row, strict=True) if flag)
        for row in zip(*flags, strict=True)
    ]


def _hashable(value: Any) -> Any:
    return repr(value) if isinstance(value, list | dict) else value


def _listed(split: str, labels: LabelValues, value: Any) -> Names | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise not_labels(split, labels.column, value)
    return tuple(dict.fromkeys(_element(split, labels, element) for element in value))


def _element(split: str, labels: LabelValues, element: Any) -> str:
    named = labels.named
    if named and isinstance(element, int) and 0 <= element < len(named):
        return named[element]
    name = name_of(element) if isinstance(element, str | int | float) else None
    if name is None or named:
        raise not_labels(split, labels.column, [element])
    return name


def _of_empty(split: str, labels: LabelValues, value: Any) -> Names | None:
    """An empty value in a split without any list, although train has lists."""
    if value is not None:
        raise not_labels(split, labels.column, value)
    return None


def _delimited(split: str, labels: LabelValues, value: Any, delimiter: str) -> Names | None:
    if not isinstance(value, str | int | float | None):
        raise not_labels(split, labels.column, value)
    # Most file formats cannot distinguish an empty text from a missing one.
    parts = (unquoted(part.strip()) for part in (name_of(value) or "").split(delimiter))
    return tuple(dict.fromkeys(part for part in parts if part))
