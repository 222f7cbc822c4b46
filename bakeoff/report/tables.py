"""What a table of the report holds; `macros.html.j2` turns it into HTML."""

from dataclasses import dataclass

from bakeoff.report.numbers import ABSENT, Format, shown


@dataclass(frozen=True)
class Column:
    title: str
    meaning: str = ""
    """Shown where one points at the title."""
    is_number: bool = True


@dataclass(frozen=True)
class Cell:
    text: str
    value: float | None = None
    """What sorts; None sorts by the text, and a missing number last."""
    note: str = ""
    """Smaller, below the text."""
    kind: str = ""
    """CSS classes."""
    title: str = ""
    mark: str = ""
    """CSS classes of a shape before the text."""


@dataclass(frozen=True)
class Table:
    """Each of `rows` has a cell for each of `columns`."""

    caption: str
    columns: list[Column]
    rows: list[list[Cell]]
    is_sortable: bool = True
    kind: str = ""
    """CSS classes."""
    header_index: int = 0
    """Which cell names its row."""


def number(value: float | None, form: Format) -> Cell:
    return Cell(shown(value, form), value)


def text(value: str | None, kind: str = "") -> Cell:
    return Cell(value or ABSENT, kind=kind)
