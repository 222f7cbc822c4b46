"""The axes of a plot: grid lines with their labels."""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.svg import SMALL_SIZE, line, text
from bakeoff.report.pictures.text_width import text_width
from bakeoff.report.pictures.ticks import Tick

_GRID_WIDTH = 0.8
_LABEL_GAP = 4


def horizontal_axis(
    scale: Scale, ticks: Sequence[Tick], top: float, bottom: float, *, has_grid: bool = True
) -> Iterator[Element]:
    """A line at `bottom` with labels below, and grid lines up to `top`."""
    for value, label in ticks:
        x = scale.place(value)
        if has_grid:
            yield line((x, top), (x, bottom), "rule", _GRID_WIDTH)
        yield text(x, bottom + 13, label, anchor="middle", role="muted", size=SMALL_SIZE)
    yield line((scale.start, bottom), (scale.end, bottom), "rule", _GRID_WIDTH)


def vertical_axis(
    scale: Scale, ticks: Sequence[Tick], left: float, right: float
) -> Iterator[Element]:
    """Grid lines from `left` to `right` with labels at their left."""
    for value, label in ticks:
        y = scale.place(value)
        yield line((left, y), (right, y), "rule", _GRID_WIDTH)
        yield text(left - _LABEL_GAP, y + 3.5, label, anchor="end", role="muted", size=SMALL_SIZE)


def label_room(ticks: Sequence[Tick]) -> float:
    """The pixels that the labels of a vertical axis take at its left."""
    return _LABEL_GAP + max((text_width(label, SMALL_SIZE) for _, label in ticks), default=0.0)
