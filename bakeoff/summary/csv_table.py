"""Writes a table as CSV (RFC 4180) that programs read exactly and spreadsheets safely."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence

from bakeoff.summary.columns import Column

# A spreadsheet takes a cell that begins so for a formula, and runs it; in some languages also one
# that begins with the full-width forms.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float | bool | None


def to_csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Cell]]) -> str:
    """A header and one line per row, in UTF-8's characters, lines ended by CR LF.

    Numbers keep their full precision; what is unknown (None) or no finite number is empty. Text
    that a spreadsheet would take for a formula begins with an apostrophe.

    Raises KeyError if a row lacks a column.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([_cell(row[column.name]) for column in columns])
    return table.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    return repr(value) if math.isfinite(value) else ""
