"""Writes a table as CSV (RFC 4180) that programs read exactly and spreadsheets safely."""

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from bakeoff.quoting import cleaned_text
from bakeoff.summary.columns import Cell, Column

# A spreadsheet runs a cell that begins with one of these as a formula; in some languages also one
# that begins with a full-width form of them. Where the decimal comma is used, it begins a new cell
# after each semicolon, even within quotes.
_FORMULA_START = re.compile(r"(^|;\s*)(?=[=+\-@\t\r\n＝＋－＠])")

Row = TypeVar("Row")


def to_csv(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> str:
    """A header and one line per row, lines ended by CR LF.

    Numbers keep their full precision; None and numbers that are not finite are empty cells. Text
    that a spreadsheet would run as a formula begins with an apostrophe. Characters that command a
    terminal are escaped.
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
        return _FORMULA_START.sub(r"\1'", cleaned_text(value))
    return repr(value) if math.isfinite(value) else ""
