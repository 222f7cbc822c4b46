"""Writes a table as CSV (RFC 4180) that programs read exactly and spreadsheets safely."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

from bakeoff.summary.columns import Cell, Column

# A spreadsheet runs a cell that begins with one of these as a formula; in some languages also one
# that begins with a full-width form of them.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Row = TypeVar("Row")


def to_csv(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> str:
    """A header and one line per row, lines ended by CR LF.

    Numbers keep their full precision; None and numbers that are not finite are empty cells. Text
    that a spreadsheet would run as a formula begins with an apostrophe.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([_text(column.value(row)) for column in columns])
    return table.getvalue()


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    return repr(value) if math.isfinite(value) else ""
