"""Lists that encode labels by their position: 1 where a label applies, 0 where it does not."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from labelling.label_values import LabelValues, flag_of
from labelling.list_texts import as_parts
from source.data_problems import DataError, Problem, shown
from source.numerals import number_in
from source.source_splits import leading

_REMEDY = "Give 0 and 1 for each label, or a list of the names of those that apply."


@dataclass(frozen=True)
class DecodedLists:
    """Labels by their numbers in place of lists of 0 and 1, if there were any."""

    splits: dict[str, LabelValues]
    are_encoded: bool
    notes: list[str]


def decode_lists(
    splits: Mapping[str, LabelValues],
    *,
    task: str | None,
    delimiter: str | None,
    names: Sequence[str] | None,
) -> DecodedLists:
    """If all lists have one length and only 0 and 1, the numbers of the labels that they mean.

    A list that always has exactly one 1 becomes a single label if the request states such a task.

    Args:
        names: of the positions; None: the positions from 0.

    Raises DataError for lists of other numbers, and for names that do not fit.
    """
    lists = {split: _lists_of(labels, delimiter) for split, labels in splits.items()}
    first = leading(splits)
    width = _width(lists[first], splits[first])
    if width is None:
        if names is not None:
            problem = "The labels are not lists of 0 and 1, all of one length."
            raise DataError.of("label_names", problem, "Leave label_names out.")
        return DecodedLists(dict(splits), False, [])
    if names is not None and len(names) != width:
        problem = f"There are {len(names)} names, but each list has {width} values."
        raise DataError.of("label_names", problem, "Give as many names as values.")
    numbers = {
        split: _numbers(split, splits[split], values, width) for split, values in lists.items()
    }
    column = splits[first].column
    known = list(names) if names is not None else [str(place) for place in range(width)]
    is_single = all(row is None or len(row) == 1 for rows in numbers.values() for row in rows)
    read = {
        split: replace(
            labels,
            columns={
                column: [row[0] if row else None for row in numbers[split]]
                if is_single and task in ("binary", "multiclass")
                else numbers[split]
            },
            class_names={column: known},
        )
        for split, labels in splits.items()
    }
    return DecodedLists(read, True, list(_notes(column, known, is_single, task)))


def _lists_of(labels: LabelValues, delimiter: str | None) -> list[Any]:
    """The column's values, texts at their delimiters."""
    if len(labels.columns) > 1:
        return []
    if delimiter is not None and all(isinstance(v, str | None) for v in labels.values):
        parts = as_parts(labels.values, delimiter)
        # An empty text has no label, instead of one without a name.
        return [[] if row == [""] else row for row in parts]
    return labels.values


def _width(lists: Sequence[Any], train: LabelValues) -> int | None:
    """The number of labels that the lists encode; None if they are lists of names."""
    found = [value for value in lists if isinstance(value, list)]
    widths = {len(value) for value in found}
    if train.named or widths <= {0, 1}:
        return None
    are_flags = all(flag_of(element) is not None for value in found for element in value)
    if len(widths) > 1:
        if are_flags:
            _check_repeated(train, lists)
        return None
    if are_flags:
        return widths.pop()
    numbers = [[_number(element) for element in value] for value in found]
    if any(None in row for row in numbers):
        return None
    _check_names(train.column, found, numbers)
    return None


def _check_repeated(train: LabelValues, lists: Sequence[Any]) -> None:
    """Raises DataError if lists of several lengths repeat a 0 or 1, which names would not."""
    rows = [(row, value) for row, value in enumerate(lists) if isinstance(value, list)]
    if not any(len(value) > len(set(map(flag_of, value))) for _, value in rows):
        return
    width, count = Counter(len(value) for _, value in rows).most_common(1)[0]
    row, odd = next((row, value) for row, value in rows if len(value) != width)
    problem = (
        f"The lists in {train.column!r} have 0 and 1 for each label, but not all are of one "
        f"length: {count:,} of {len(rows):,} in train have {width}, but row "
        f"{train.row_number(row):,}, counted from 0, has {shown([odd])}."
    )
    raise DataError.of("label", problem, _REMEDY)


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        return number_in(value)
    return float(value) if isinstance(value, int | float) and abs(value) < 1e300 else None


def _check_names(
    column: str, lists: Sequence[Sequence[Any]], numbers: Sequence[Sequence[float | None]]
) -> None:
    """Raises DataError for lists of one length that score each label instead of naming some."""
    every = [number for row in numbers for number in row if number is not None]
    if any(number % 1 for number in every):
        are_shares = all(0 <= number <= 1 for number in every)
        what = "soft labels (a share for each label)" if are_shares else "scores with fractions"
    elif any(len(set(row)) < len(row) for row in numbers):
        what = "counts or scores for each label"
    else:
        return
    problem = f"The lists in {column!r} look like {what}, such as {shown([list(lists[0])])}."
    raise DataError([Problem("label", problem, _REMEDY)])


def _numbers(
    split: str, labels: LabelValues, lists: Sequence[Any], width: int
) -> list[list[int] | None]:
    rows: list[list[int] | None] = []
    for index, value in enumerate(lists):
        flags = [flag_of(element) for element in value] if isinstance(value, list) else []
        if value is not None and (len(flags) != width or None in flags):
            problem = (
                f"The lists in {labels.column!r} have {width} values of 0 and 1 in train, but row "
                f"{labels.row_number(index):,} of {split}, counted from 0, has {shown([value])}."
            )
            raise DataError.of("label", problem, "Give each row such a list.")
        rows.append(None if value is None else [n for n, flag in enumerate(flags) if flag])
    return rows


def _notes(column: str, names: Sequence[str], is_single: bool, task: str | None) -> Iterator[str]:
    yield (
        f"The lists in {column!r} have {len(names)} values of 0 and 1, so they were read as one "
        f"label for each position: {shown(names)}."
    )
    if is_single and task is None:
        yield (
            "Every list has exactly one 1. If a row can have only one label, give "
            '"task": "multiclass".'
        )
