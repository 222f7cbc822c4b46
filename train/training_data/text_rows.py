"""The rows of one split as texts, for methods that need no prepared tokens."""

from collections.abc import Sequence
from copy import copy
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.task import Task

SPLITS = ("train", "validation", "test")

# Between the two texts of a pair, which are one to a model that counts words.
_BETWEEN = "\n"


class TextRows:
    """Rows in the order of the file; `labels` are in the shape that Task says."""

    def __init__(self, path: Path, task: Task) -> None:
        # Where a saved model is served, there is no pyarrow.
        import pyarrow.parquet as pq

        table = pq.read_table(path)
        self.ids = table["id"].to_numpy()
        self.labels = task.labels_from(table["label"])
        columns = [name for name in ("text", "text_pair") if name in table.column_names]
        self.rows: list[tuple[str, ...]] = list(
            zip(*(table[name].to_pylist() for name in columns), strict=True)
        )
        """The text of each row, or its two texts."""

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, chosen: NDArray[np.bool_]) -> "TextRows":
        """Some of the rows; `chosen` (rows,) says which."""
        part = copy(self)
        part.ids, part.labels = self.ids[chosen], self.labels[chosen]
        part.rows = [*compress(self.rows, chosen)]
        return part

    @property
    def texts(self) -> list[str]:
        """One text per row, also of a pair."""
        return joined(*columns_of(self.rows))


def rows_of(texts: Sequence[str], pairs: Sequence[str] | None) -> Sequence[Sequence[str]]:
    """Rows of one text each or, with `pairs`, of two."""
    return [[text] for text in texts] if pairs is None else [*zip(texts, pairs, strict=True)]


def columns_of(rows: Sequence[Sequence[str]]) -> tuple[list[str], list[str] | None]:
    """The first texts of rows, and the second ones if rows are pairs."""
    first, *second = [list(column) for column in zip(*rows, strict=True)] or [[]]
    return first, second[0] if second else None


def joined(texts: list[str], pairs: list[str] | None) -> list[str]:
    """One text per row, also of a pair."""
    if pairs is None:
        return texts
    return [_BETWEEN.join(both) for both in zip(texts, pairs, strict=True)]
