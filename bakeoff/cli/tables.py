"""Tables for people: with lines and colours in a terminal, aligned text elsewhere.

A terminal's width is limited. No cell but a sentence is broken over lines or cut, as half a name or
half a number misleads: columns that matter less go instead, and if the rest is still too wide, each
row becomes a few lines of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bakeoff.quoting import escaped

# Cells between two columns, and at both edges of a terminal's table together.
_GAP = 2
_EDGES = 2
# A column of sentences narrower than this is harder to read than rows of a few lines.
_NARROWEST_SENTENCES = 24
_INDENT = 4

_STATE_STYLES = {
    "completed": "green",
    "succeeded": "green",
    "training": "cyan",
    "running": "cyan",
    "partial": "yellow",
    "stopped": "dim",
    "screened": "dim",
    "failed": "red",
}


@dataclass(frozen=True)
class Header:
    """A column's heading; numbers are aligned to the right."""

    text: str
    is_number: bool = False
    gives_way: int = 0
    """In a table that is too wide, columns are taken in by this number as far as they fit; those
    with 0 always."""
    is_sentence: bool = False
    """Whether its cells may be broken between words."""


def fitted(
    headers: Sequence[Header], rows: Sequence[Sequence[str]], width: int
) -> tuple[list[Header], list[list[str]]]:
    """The table without the columns for which `width` cells of a terminal are too few."""
    widths = _least_widths(headers, rows)
    kept: list[int] = []
    for place in sorted(range(len(headers)), key=lambda place: headers[place].gives_way):
        is_needed = headers[place].gives_way == 0
        if is_needed or _total([widths[each] for each in [*kept, place]]) <= width:
            kept.append(place)
    kept.sort()
    return [headers[i] for i in kept], [[row[i] for i in kept] for row in rows]


def fitting_table(
    headers: Sequence[Header], rows: Sequence[Sequence[str]], width: int
) -> RenderableType:
    """For a terminal of this width."""
    headers, rows = fitted(headers, rows, width)
    is_too_wide = _total(_least_widths(headers, rows)) > width
    return _rows_of_lines(headers, rows) if is_too_wide and rows else _table(headers, rows)


def _least_widths(headers: Sequence[Header], rows: Sequence[Sequence[str]]) -> list[int]:
    """The least cells that each column takes."""
    widths = []
    for place, header in enumerate(headers):
        widest = max([cell_len(header.text), *(cell_len(escaped(row[place])) for row in rows)])
        widths.append(min(widest, _NARROWEST_SENTENCES) if header.is_sentence else widest)
    return widths


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1) + _EDGES


def _table(headers: Sequence[Header], rows: Sequence[Sequence[str]]) -> Table:
    result = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for header in headers:
        result.add_column(
            Text(header.text),
            justify="right" if header.is_number else "left",
            no_wrap=not header.is_sentence,
            overflow="fold",
        )
    for row in rows:
        result.add_row(*map(_cell, row))
    return result


def _rows_of_lines(headers: Sequence[Header], rows: Sequence[Sequence[str]]) -> Group:
    """For each row its first text, and below it the cells that are not empty."""
    title = next((place for place, each in enumerate(headers) if not each.is_number), 0)
    lines: list[RenderableType] = []
    for row in rows:
        named = [(header.text, cell) for header, cell in zip(headers, row, strict=True) if cell]
        parts = [f"{name} {cell}" for name, cell in named if name != headers[title].text]
        lines += [_cell(row[title]), Padding(Text(escaped(", ".join(parts))), (0, 0, 0, _INDENT))]
    return Group("", *lines, "")


def _cell(text: str) -> Text:
    # As Text: cells hold foreign text, and "[red]" is not markup in it.
    return Text(escaped(text), style=_STATE_STYLES.get(text, ""))


def plain_table(headers: Sequence[Header], rows: Sequence[Sequence[str]]) -> str:
    """For files and pipes, as wide as its cells, each of which is on its line."""
    lines = [
        [header.text for header in headers],
        *([escaped(cell) for cell in row] for row in rows),
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if header.is_number else cell.ljust(width)
            for cell, width, header in zip(line, widths, headers, strict=True)
        ).rstrip()
        for line in lines
    )


def print_table(console: Console, headers: Sequence[Header], rows: Sequence[Sequence[str]]) -> None:
    if console.is_terminal:
        console.print(fitting_table(headers, rows, console.width))
    else:
        print_plain(console, plain_table(headers, rows))


def print_plain(console: Console, text: str) -> None:
    """The text without markup, emoji, colours or line breaks of our own.

    Characters that a terminal would interpret are escaped: the text may hold foreign input.
    """
    console.print(_harmless(text), markup=False, emoji=False, highlight=False, soft_wrap=True)


def print_paragraph(console: Console, text: str, indent: int = 0) -> None:
    """Like `print_plain`, but broken between words where a terminal's line ends.

    Every line of the paragraph begins with `indent` spaces.
    """
    if not console.is_terminal:
        print_plain(console, " " * indent + text)
        return
    paragraph = Text(_harmless(text))
    console.print(Padding(paragraph, (0, 0, 0, indent)) if indent else paragraph, highlight=False)


def _harmless(text: str) -> str:
    return "\n".join(escaped(line) for line in text.split("\n"))
