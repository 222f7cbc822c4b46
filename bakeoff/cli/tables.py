"""Tables for people: with lines and colours in a terminal, aligned text elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bakeoff.quoting import escaped

_STATE_STYLES = {
    "completed": "green",
    "succeeded": "green",
    "training": "cyan",
    "running": "cyan",
    "partial": "yellow",
    "failed": "red",
}


@dataclass(frozen=True)
class Header:
    """A column's heading; numbers are aligned to the right."""

    text: str
    is_number: bool = False


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
        # As Text, because what stands in cells is not ours: "[red]" is no markup in them.
        result.add_row(*(Text(escaped(cell), style=_STATE_STYLES.get(cell, "")) for cell in row))
    return result


def plain_table(headers: Sequence[Header], rows: Sequence[Sequence[str]]) -> str:
    """For files and pipes: as wide as it must be."""
    lines = [[header.text for header in headers], *rows]
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
    """As it is: no markup, no emoji, no colours, no line breaks of our own.

    What a terminal would obey is escaped: the text may hold what strangers wrote.
    """
    harmless = "\n".join(escaped(line) for line in text.split("\n"))
    console.print(harmless, markup=False, emoji=False, highlight=False, soft_wrap=True)
