"""A picture's legend: marks and what they mean, in lines that fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from bakeoff.report.palette import LIGHT
from bakeoff.report.pictures.axes import TICK_SIZE, axes, text_width, write
from bakeoff.report.pictures.svg import size_of

_LEFT = 12
_LINE_HEIGHT = 18
_GAP = 16
_SIZES = {"s": 6.0, "|": 9.0, "<": 6.0, ">": 6.0}


@dataclass(frozen=True)
class Entry:
    """A marker of matplotlib's, the roles of its edge and its face, and its meaning."""

    marker: str
    edge: str
    face: str
    meaning: str


def legend_height(entries: Sequence[Entry], width: float) -> float:
    return _LINE_HEIGHT * len(_lines(entries, width))


def draw_legend(made: Figure, entries: Sequence[Entry], top: float) -> None:
    """Across the picture, from `top` on; both in CSS pixels from the upper left corner."""
    width = size_of(made)[0]
    lines = _lines(entries, width)
    plot = axes(made, 0, top, width, _LINE_HEIGHT * len(lines))
    plot.set_axis_off()
    plot.set_xlim(0, width)
    plot.set_ylim(_LINE_HEIGHT * len(lines), 0)
    for row, line in enumerate(lines):
        for left, entry in line:
            middle = (row + 0.5) * _LINE_HEIGHT
            plot.plot(
                [left + 4],
                [middle],
                marker=entry.marker,
                markersize=_SIZES.get(entry.marker, 7.0),
                markeredgecolor=LIGHT[entry.edge],
                markerfacecolor=LIGHT[entry.face],
                markeredgewidth=1.5,
                linestyle="none",
                clip_on=False,
            )
            baseline = top + middle + 3.5
            write(made, left + 13, baseline, entry.meaning, role="muted", size=TICK_SIZE)


def _lines(entries: Sequence[Entry], width: float) -> list[list[tuple[float, Entry]]]:
    """The entries with their places from the left, by line."""
    lines: list[list[tuple[float, Entry]]] = [[]]
    left = float(_LEFT)
    for entry in entries:
        needed = 13 + text_width(entry.meaning, TICK_SIZE)
        if lines[-1] and left + needed > width:
            lines.append([])
            left = float(_LEFT)
        lines[-1].append((left, entry))
        left += needed + _GAP
    return lines
