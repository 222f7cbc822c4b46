"""Where labels of points may stand without covering one another."""

from collections.abc import Sequence

from bakeoff.report.pictures.svg import SMALL_SIZE, Point
from bakeoff.report.pictures.text_width import text_width

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_TEXT_HEIGHT = 9.0
_MARK_RADIUS = 6.0
# From the point to the middle of the label's baseline, the preferred ones first.
_OFFSETS = (
    (11, -6), (-11, -6), (11, 14), (-11, 14), (13, 4), (-13, 4), (0, -11), (0, 19),
    (20, -6), (-20, -6), (20, 14), (-20, 14), (11, -16), (-11, -16), (11, 24), (-11, 24),
)  # fmt: skip
_TOLERATED_OVERLAP = 8.0
"""In square pixels: a corner of a label may touch a mark."""


def free_places(points: Sequence[Point], labels: Sequence[str], box: Box) -> list[Point | None]:
    """For each label the middle of its baseline, or None where there is no room for it.

    A place is near the label's point, within the box, and clear of the other points and of the
    labels placed before. Points that matter most come first.
    """
    marks = [_around(point, _MARK_RADIUS, _MARK_RADIUS) for point in points]
    placed: list[Box] = []
    places: list[Point | None] = []
    for i, (point, label) in enumerate(zip(points, labels, strict=True)):
        others = marks[:i] + marks[i + 1 :]
        options = [
            (overlap, place)
            for place in ((point[0] + x, point[1] + y) for x, y in _OFFSETS)
            if is_within(label_box := _label_box(place, label), box)
            and not covered(label_box, placed)
            and (overlap := covered(label_box, others)) <= _TOLERATED_OVERLAP
        ]
        if options:
            _, best = min(options, key=lambda option: option[0])
            places.append(best)
            placed.append(_label_box(best, label))
        else:
            places.append(None)
    return places


def is_within(inner: Box, outer: Box) -> bool:
    starts = inner[0] >= outer[0] and inner[1] >= outer[1]
    return starts and inner[2] <= outer[2] and inner[3] <= outer[3]


def covered(label: Box, taken: Sequence[Box]) -> float:
    """How much of the label is covered, in square pixels."""
    return sum(_overlap(label, other) for other in taken)


def _label_box(place: Point, label: str) -> Box:
    middle = (place[0], place[1] - _TEXT_HEIGHT / 2)
    half_width = text_width(label, SMALL_SIZE, is_bold=True) / 2
    return _around(middle, half_width, _TEXT_HEIGHT / 2)


def _around(middle: Point, half_width: float, half_height: float) -> Box:
    x, y = middle
    return x - half_width, y - half_height, x + half_width, y + half_height


def _overlap(first: Box, second: Box) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return max(0.0, width) * max(0.0, height)
