"""The slices of the test rows, as places among the predictions' rows."""

import base64
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.prepared.row_slices import RowSlices
from bakeoff.summary.slices import SlicedBy, SliceKind

Places = NDArray[np.intp]


@dataclass(frozen=True)
class SlicedRows:
    kind: SliceKind
    name: str
    places: Places
    """Ascending, among the predictions' rows; there is one at least."""


@dataclass(frozen=True)
class SlicedGrouping:
    by: SlicedBy
    column: str | None
    slices: list[SlicedRows]


def sliced_rows(given: RowSlices, ids: NDArray[np.integer]) -> list[SlicedGrouping]:
    """The groupings with slices; none if they are those of other rows.

    Args:
        ids: (R,) those of the predictions' rows.
    """
    own = np.frombuffer(base64.b64decode(given.ids), "<i8")
    order = np.argsort(own)
    if not np.array_equal(own[order], np.sort(ids)):
        return []
    # For each of the predictions' rows, its place among those that the slices are made of.
    source = order[np.searchsorted(own[order], ids)]
    found = [
        SlicedGrouping(
            each.by,
            each.column,
            [SlicedRows(one.kind, one.name, _places(one.rows, source)) for one in each.slices],
        )
        for each in given.groupings
    ]
    return [each for each in found if each.slices]


def _places(rows: str, source: Places) -> Places:
    packed = np.frombuffer(base64.b64decode(rows), np.uint8)
    is_in = np.unpackbits(packed, count=len(source)).astype(bool)
    return np.flatnonzero(is_in[source])
