"""One label per row: encodes values as classes 0, 1, 2, ..., and finds their problems."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from labelling.joined_labels import joined_notes
from labelling.label_problems import (
    all_the_same,
    hardly_recurring,
    missing,
    no_positive,
    rows_of,
    too_much,
    unknown,
)
from labelling.label_values import LabelValues, in_order, names_of
from source.data_problems import DataError, Problem, shown
from source.source_splits import leading


def encode_classes(
    splits: Mapping[str, LabelValues], positive: str | None, *, is_binary: bool
) -> tuple[list[str], dict[str, NDArray[np.int64]]]:
    """The names of the classes, which are those in train, or in test without one, and each split's
    classes, (rows,).

    Classes are in the hub data set's own order; otherwise numbers are sorted by value and texts
    alphabetically.

    Raises DataError with every problem in the labels of all splits.
    """
    values = {split: names_of(split, labels) for split, labels in splits.items()}
    first = leading(splits)
    present = {name for name in values[first] if name is not None}
    declared = splits[first].named
    names = [name for name in declared if name in present] if declared else in_order(present)
    rows = f"{len(values[first])} {rows_of(first)}"
    problems = [
        *missing(values, splits, " ".join(joined_notes(present))),
        *hardly_recurring(present, len(values[first]), rows),
        *too_much(present),
    ]
    # Only if the values are classes at all, because others would differ in every split.
    if not problems:
        distinct = {split: _distinct(column) for split, column in values.items()}
        problems += unknown(distinct, present, first)
    if len(names) == 1:
        problems.append(all_the_same(names[0], first))
    if is_binary:
        problems += _wrong_positive(names, positive)
    else:
        problems += no_positive(positive, f"There are {len(names)} labels")
    if problems:
        raise DataError(problems)
    index = {name: number for number, name in enumerate(names)}
    return names, {
        split: np.array([index[str(name)] for name in column], dtype=np.int64)
        for split, column in values.items()
    }


def _distinct(column: Sequence[str | None]) -> set[str]:
    return {name for name in column if name is not None}


def _wrong_positive(names: Sequence[str], positive: str | None) -> list[Problem]:
    if positive is None or len(names) != 2 or positive in names:
        return []
    problem = f"There is no label {positive!r}."
    return [Problem("positive_label", problem, f"The labels are: {shown(names)}.")]
