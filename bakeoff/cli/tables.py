"""Tables for people: with lines and colours in a terminal, aligned text elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bakeoff.quoting import escaped

# Characters between two columns, and at both edges of a terminal's table together.
_GAP = 2
_EDGES = 2

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
    """In a table that is too wide, the column with the highest number goes first; 0: never."""


def fitted(
    headers: Sequence[Header], rows: Sequence[Sequence[str]], width: int
) -> tuple[list[Header], list[list[str]]]:
    """The table without the columns for which `width` characters are too few."""
    kept = list(range(len(headers)))

    def total() -> int:
        texts = [[headers[i].text, *(row[i] for row in rows)] for i in kept]
        widths = [max(map(len, column)) for column in texts]
        return sum(widths) + _GAP * (len(kept) - 1) + _EDGES

    while total() > width and any(headers[i].gives_way for i in kept):
        kept.remove(max(kept, key=lambda i: headers[i].gives_way))
    return [headers[i] for i in kept], [[row[i] for i in kept] for row in rows]


def table(headers: Sequence[Header], rows: Sequence[Sequence[str]]) -> Table:
    """For a terminal."""
    result = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for header in headers:
        result.add_column(
            Text(header.text),
            justify="right" if header.is_number else "left",
            # Where the terminal is narrow, names are broken before numbers are.
            no_wrap=header.is_number,
            overflow="fold",
        )
    for row in rows:
        # As Text: cells hold foreign text, and "[red]" is not markup in it.
        result.add_row(*(Text(escaped(cell), style=_STATE_STYLES.get(cell, "")) for cell in row))
    return result


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
        console.print(table(headers, rows))
    else:
        print_plain(console, plain_table(headers, rows))


def print_plain(console: Console, text: str) -> None:
    """The text without markup, emoji, colours or line breaks of our own.

    Characters that a terminal would interpret are escaped: the text may hold foreign input.
    """
    console.print(_harmless(text), markup=False, emoji=False, highlight=False, soft_wrap=True)


def print_paragraph(console: Console, text: str) -> None:
    """Like `print_plain`, but broken between words where a terminal's line ends."""
    is_wrapped = console.is_terminal
    console.print(
        _harmless(text), markup=False, emoji=False, highlight=False, soft_wrap=not is_wrapped
    )


def _harmless(text: str) -> str:
    return "\n".join(escaped(line) for line in text.split("\n"))
