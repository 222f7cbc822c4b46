"""Slices of test rows, as PrepareData leaves them."""

import base64

import numpy as np

from bakeoff.prepared.row_slices import RowSlices


def in_base64(array):
    return base64.b64encode(array.tobytes()).decode()


def members(is_in):
    """(rows,) whether each row is in the slice, as the document has it."""
    return in_base64(np.packbits(np.asarray(is_in, dtype=bool)))


def grouping(slices, by="column", column=None):
    """`slices` are by name, each (rows,) of whether the row is in it."""
    if by == "column":
        column = column or "country"
    return {
        "by": by,
        "column": column,
        "slices": [
            {"kind": "value", "name": name, "rows": members(is_in)}
            for name, is_in in slices.items()
        ],
    }


def row_slices(ids, *groupings):
    return RowSlices.from_object(
        {
            "schema_version": 1,
            "ids": in_base64(np.asarray(ids).astype("<i8")),
            "groupings": list(groupings),
        }
    )
