"""Divides test rows into slices, on which candidates are compared, too."""

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.json_documents import from_json_value, json_value
from documents.row_slices import Grouping, RowSlices, Slice
from labelling.labels import Labels, SplitLabels
from snapshot.slice_values import SliceValue, numbers_of, shown_value

SLICES_FILE = "slices.json.gz"
MAX_VALUES = 10
"""The most frequent values have slices of their own, the others share one."""
MAX_RANGES = 4
"""Numbers of more values than MAX_VALUES are divided into ranges of about equally many rows."""

Members = NDArray[np.bool_]
"""(rows,) whether a row is in the slice."""


def row_slices(
    ids: NDArray[np.int64],
    lengths: NDArray[np.int64],
    labels: Labels,
    of_rows: SplitLabels,
    columns: Mapping[str, Sequence[SliceValue]],
) -> RowSlices:
    """The slices of R test rows.

    Args:
        ids: (R,) their numbers in the split that they come from.
        lengths: (R,) the characters of each row's texts.
        of_rows: their labels.
        columns: R values of each column that the request names.
    """
    is_known = np.ones(len(ids), dtype=bool)
    groupings = [
        _grouping("text_length", None, _ranges(lengths.astype(np.float64), is_known)),
        _by_label(labels, of_rows),
        *(_by_column(column, values) for column, values in columns.items()),
    ]
    return RowSlices(_base64(ids.astype("<i8").tobytes()), groupings)


def write_row_slices(slices: RowSlices, folder: Path) -> None:
    """Equal slices give equal bytes."""
    content = json.dumps(json_value(slices)).encode()
    (folder / SLICES_FILE).write_bytes(gzip.compress(content, mtime=0))


def read_row_slices(folder: Path) -> RowSlices:
    content = gzip.decompress((folder / SLICES_FILE).read_bytes())
    return from_json_value(RowSlices, json.loads(content), SLICES_FILE)


Named = tuple[str, str, Members]
"""A slice's kind, name and rows."""


def _grouping(by: str, column: str | None, found: Iterable[Named]) -> Grouping:
    """Slices without rows are left out."""
    slices = [
        Slice(kind, name, _base64(np.packbits(rows).tobytes()))
        for kind, name, rows in found
        if rows.any()
    ]
    return Grouping(by, column, slices)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _by_label(labels: Labels, of_rows: SplitLabels) -> Grouping:
    if not labels.names:
        numbers = np.asarray(of_rows, dtype=np.float64)
        return _grouping("target", None, _ranges(numbers, np.ones(len(numbers), dtype=bool)))
    sets = of_rows if isinstance(of_rows, list) else [[label] for label in of_rows.tolist()]
    return _grouping("label", None, _values([[labels.names[one] for one in row] for row in sets]))


def _by_column(column: str, values: Sequence[SliceValue]) -> Grouping:
    numbers = numbers_of(values)
    if numbers is not None:
        is_known = ~np.isnan(numbers)
        if len(np.unique(numbers[is_known])) > MAX_VALUES:
            return _grouping("column", column, _ranges(numbers, is_known))
    texts = [[] if value is None else [shown_value(value)] for value in values]
    return _grouping("column", column, _values(texts))


def _values(of_rows: Sequence[Sequence[str]]) -> Iterator[Named]:
    """A slice for each of the most frequent values, the most frequent first, one for rows with any
    other value, and one for rows without a value."""
    counts = Counter(value for row in of_rows for value in row)
    # Of equally frequent ones the first by name, so that the order of rows does not matter.
    frequent = sorted(counts, key=lambda value: (-counts[value], value))[:MAX_VALUES]
    for value in frequent:
        yield "value", value, np.array([value in row for row in of_rows])
    known = set(frequent)
    yield "other", "", np.array([any(value not in known for value in row) for row in of_rows])
    yield "missing", "", np.array([not row for row in of_rows])


def _ranges(numbers: NDArray[np.float64], is_known: Members) -> Iterator[Named]:
    """At most MAX_RANGES slices of the known numbers, and one for the others.

    Equal numbers are in one slice, the one in which the middle of their ranks lies.
    """
    known = numbers[is_known]
    _, place, counts = np.unique(known, return_inverse=True, return_counts=True)
    # Twice the middle rank, from 0 to twice the number of rows.
    middle = 2 * np.cumsum(counts) - counts
    range_of = np.full(len(numbers), -1)
    range_of[is_known] = (MAX_RANGES * middle // max(1, 2 * len(known)))[place]
    members = [range_of == one for one in np.unique(range_of[is_known])]
    ends = [(float(numbers[rows].min()), float(numbers[rows].max())) for rows in members]
    for name, rows in zip(_spans(ends), members, strict=True):
        yield "range", name, rows
    yield "missing", "", ~is_known


def _spans(ends: Sequence[tuple[float, float]]) -> list[str]:
    """The names of ranges, with as many digits as tell them apart; 17 tell any two apart."""
    is_whole = all(end.is_integer() and abs(end) < _MAX_WHOLE for both in ends for end in both)
    names: list[str] = []
    for digits in range(15 if is_whole else 6, 18):
        names = [
            f"{low:.{digits}g} to {high:.{digits}g}" if high > low else f"{low:.{digits}g}"
            for low, high in ends
        ]
        if len(set(names)) == len(names):
            break
    return names


# Longer numbers are shown with an exponent.
_MAX_WHOLE = 1e15
