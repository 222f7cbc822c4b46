"""The tables of the report; `macros.html.j2` renders them as HTML."""

from dataclasses import dataclass, replace

from bakeoff.report.numbers import ABSENT, Format, shown

MAX_CANDIDATES = 100
"""Only the ranking has a row for more candidates: a page with all tables of a thousand would take
minutes to read and megabytes to open. comparison.csv and metrics.csv have them all."""


@dataclass(frozen=True)
class Column:
    title: str
    meaning: str = ""
    """The title's tooltip."""
    is_number: bool = True


@dataclass(frozen=True)
class Cell:
    text: str
    value: float | None = None
    """The sort key; None sorts by the text, and a missing number last."""
    note: str = ""
    """Small print below the text."""
    kind: str = ""
    """CSS classes."""
    title: str = ""
    mark: str = ""
    """CSS classes of a symbol before the text."""


@dataclass(frozen=True)
class Table:
    """A table; each row has one cell for each column."""

    caption: str
    columns: list[Column]
    rows: list[list[Cell]]
    is_sortable: bool = True
    kind: str = ""
    """CSS classes."""
    header_index: int = 0
    """Index of the cell that is the row's header."""


def number(value: float | None, form: Format) -> Cell:
    return Cell(shown(value, form), value)


def text(value: str | None, kind: str = "") -> Cell:
    return Cell(value or ABSENT, kind=kind)


def without_empty_columns(table: Table, first: int = 0) -> Table:
    """The table without columns in which no row says anything; those before `first` stay."""
    kept = [
        place
        for place in range(len(table.columns))
        if place < first
        or place == table.header_index
        or any(_says(row[place]) for row in table.rows)
    ]
    if not table.rows or len(kept) == len(table.columns):
        return table
    return replace(
        table,
        columns=[table.columns[place] for place in kept],
        rows=[[row[place] for place in kept] for row in table.rows],
        header_index=kept.index(table.header_index),
    )


def without_empty_rows(table: Table) -> Table:
    """The table without rows that say nothing but their header."""
    return replace(
        table,
        rows=[
            row
            for row in table.rows
            if any(_says(cell) for place, cell in enumerate(row) if place != table.header_index)
        ],
    )


def _says(cell: Cell) -> bool:
    return cell.text not in ("", ABSENT)


def of_the_best(table: Table) -> Table:
    """A table with a row for each candidate, cut to the best ones; the caption then says so."""
    if len(table.rows) <= MAX_CANDIDATES:
        return table
    caption = f"{table.caption}: the best {MAX_CANDIDATES} of {len(table.rows):,}"
    return replace(table, caption=caption, rows=table.rows[:MAX_CANDIDATES])
