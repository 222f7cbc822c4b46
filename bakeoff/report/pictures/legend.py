"""A picture's legend: marks and their meanings, in as many lines as they need."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bakeoff.report.pictures.marks import Shape, mark
from bakeoff.report.pictures.svg import SMALL_SIZE, text
from bakeoff.report.pictures.text_width import text_width

_LEFT = 12
_LINE_HEIGHT = 18
_GAP = 16
_TEXT_OFFSET = 13


@dataclass(frozen=True)
class Entry:
    """A shape, the roles of its edge and its face, and its meaning."""

    shape: Shape
    edge: str
    face: str
    meaning: str


def legend_height(entries: Sequence[Entry], width: float) -> float:
    return _LINE_HEIGHT * len(_lines(entries, width))


def legend(entries: Sequence[Entry], width: float, top: float) -> Iterator[Element]:
    """Across a picture of that width, from `top` down."""
    for row, line in enumerate(_lines(entries, width)):
        middle = top + (row + 0.5) * _LINE_HEIGHT
        for left, entry in line:
            yield mark(entry.shape, (left + 4, middle), 3.5, entry.edge, entry.face, 1.5)
            yield text(
                left + _TEXT_OFFSET, middle + 3.5, entry.meaning, role="muted", size=SMALL_SIZE
            )


def _lines(entries: Sequence[Entry], width: float) -> list[list[tuple[float, Entry]]]:
    """The entries with their distances from the left, by line."""
    lines: list[list[tuple[float, Entry]]] = [[]]
    left = float(_LEFT)
    for entry in entries:
        needed = _TEXT_OFFSET + text_width(entry.meaning, SMALL_SIZE)
        if lines[-1] and left + needed > width:
            lines.append([])
            left = float(_LEFT)
        lines[-1].append((left, entry))
        left += needed + _GAP
    return lines
