"""The label columns of a split as read, and the name of a value."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.data_problems import DataError, shown
from source.numerals import number_in
from source.raw_rows import RawRows

_FLAGS = {"0": False, "1": True, "0.0": False, "1.0": True, "false": False, "true": True}
# The hub's convention for rows whose label is kept secret.
UNLABELLED = -1


@dataclass(frozen=True)
class LabelValues:
    """The values of one split; `columns` is one column, or several with 0 and 1 in each."""

    columns: Mapping[str, list[Any]]
    class_names: Mapping[str, list[str]] = field(default_factory=dict)
    """The labels' names, for columns that hold class numbers or lists of them."""
    row_numbers: Sequence[int] | None = None
    """The number of each row in the source; None if these are all of its rows."""

    @classmethod
    def read(cls, rows: RawRows, columns: Sequence[str]) -> "LabelValues":
        return cls({column: rows.values(column) for column in columns}, rows.class_names)

    def take(self, rows: NDArray[np.int64]) -> "LabelValues":
        """The values of the rows with these numbers; `self` must hold all rows of the source."""
        numbers: list[int] = rows.tolist()
        if len(numbers) == len(self.values):
            return self
        columns = {name: [values[n] for n in numbers] for name, values in self.columns.items()}
        return replace(self, columns=columns, row_numbers=numbers)

    def row_number(self, index: int) -> int:
        """The number of the row in the source whose value is at this index."""
        return index if self.row_numbers is None else self.row_numbers[index]

    @property
    def column(self) -> str:
        """The name of the first column, which usually is the only one."""
        return next(iter(self.columns))

    @property
    def values(self) -> list[Any]:
        """The values of that column."""
        return self.columns[self.column]

    @property
    def named(self) -> list[str] | None:
        return self.class_names.get(self.column)

    @property
    def is_unlabelled(self) -> bool:
        """Whether the split's labels are withheld by the owner of the data set."""
        columns = self.columns.values()
        return bool(self.values) and all(
            value == UNLABELLED or value is None for values in columns for value in values
        )


def names_of(split: str, labels: LabelValues) -> list[str | None]:
    """Each row's label as text, for a column with one label per row; None if it is missing."""
    if labels.named:
        for value in labels.values:
            if not isinstance(value, int | None):
                raise not_labels(split, labels.column, value)
        return [_class_name(split, value, labels.named) for value in labels.values]
    for value in labels.values:
        if not isinstance(value, str | int | float | None):
            raise not_labels(split, labels.column, value)
    return [name_of(value) for value in labels.values]


def not_labels(split: str, column: str, value: Any) -> DataError:
    problem = f"The column {column!r} holds no labels in {split} but {shown([value], 1)}."
    return DataError.of("label", problem, "Give one text or number per row, or lists of them.")


def _class_name(split: str, value: int | None, named: Sequence[str]) -> str | None:
    if value is None or value == UNLABELLED:
        return None
    if not 0 <= value < len(named):
        problem = f"{split} has the label {value}, but names for 0 to {len(named) - 1} alone."
        raise DataError.of("label", problem, "Correct the data set's list of names.")
    return named[value]


def name_of(value: str | int | float | None) -> str | None:
    """A value as a label's name; 1.0 becomes 1, because columns with gaps store 1 as 1.0."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if str(value).strip() else None


def in_order(names: Collection[str]) -> list[str]:
    """Sorted names: numbers by value, anything else alphabetically."""
    numbers = {name: number_in(name) for name in names}
    if None in numbers.values():
        return sorted(names)
    return sorted(names, key=lambda name: (numbers[name], name))


def flag_of(value: Any) -> bool | None:
    """What 0 and 1 in any spelling mean; None for everything else."""
    return _FLAGS.get(str(value).strip().lower())
