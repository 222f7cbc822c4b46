"""The names of points, each beside its point or joined to it by a thin line."""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from bakeoff.report.pictures.free_places import Box, covered, is_within
from bakeoff.report.pictures.svg import SMALL_SIZE, Anchor, Point, line, text
from bakeoff.report.pictures.text_width import text_width

Stroke = tuple[Point, Point]
"""The ends of a line that is upright or level."""

_HEIGHT = 12.0
_BASELINE = 9.0
"""Of a text, from the top of its box."""
_MARK_RADIUS = 8.0
_NEAR = 4.0
"""Pixels between a mark and a name that needs no line."""
_STEP = 6.0
_FARTHEST = 96.0
_DETOUR = 10.0
"""How much farther a name may be for each stroke that it does not cross, in pixels."""
_DOT_DISTANCE = 4.0
_ASIDE = (0.0, 14.0, 32.0)
"""How much farther aside a name may stand, in pixels."""


def named_points(
    points: Sequence[Point],
    names: Sequence[str],
    are_bold: Sequence[bool],
    box: Box,
    strokes: Sequence[Stroke] = (),
) -> Iterator[Element]:
    """The names within the box, clear of one another and of all points, and of strokes if possible.

    Those of the first points are the nearest to them. A name for which there is no room is left
    out, as it may be in a crowd.
    """
    marks = [_around(point) for point in points]
    drawn = [_thin(stroke) for stroke in strokes]
    taken: list[Box] = []
    texts: list[Element] = []
    for i, (point, name, is_bold) in enumerate(zip(points, names, are_bold, strict=True)):
        width = text_width(name, SMALL_SIZE, is_bold=is_bold)
        others = [*marks[:i], *marks[i + 1 :], *taken]
        found = _free_box(point, width, box, others, drawn)
        if found is None:
            continue
        end = _nearest(found, point)
        taken += [found, *_along(point, end)]
        if _distance(end, point) > _MARK_RADIUS + _NEAR + 1:
            yield line(point, end, "mark", 0.8)
        texts.append(_written(name, found, point, is_bold=is_bold))
    yield from texts


def _written(name: str, box: Box, point: Point, *, is_bold: bool) -> Element:
    """The name at the side of its box that is towards the point, as it may be shorter than that."""
    left, top, right, _ = box
    anchor: Anchor = "end" if right < point[0] else "start"
    x = right if anchor == "end" else left
    return text(
        x, top + _BASELINE, name, anchor=anchor, size=SMALL_SIZE, is_bold=is_bold, halo="page"
    )


def _free_box(
    point: Point, width: float, box: Box, others: Sequence[Box], drawn: Sequence[Box]
) -> Box | None:
    """The box of the name that is the nearest to its point, of those that cover nothing and whose
    lines cross nothing; what is drawn is worth a detour."""

    def cost(option: Box) -> float:
        crossed = sum(covered(option, [each]) > 0 for each in drawn)
        return _distance(_nearest(option, point), point) + _DETOUR * crossed

    options = sorted(_boxes(point, width), key=cost)
    return next(
        (
            option
            for option in options
            if is_within(option, box)
            and not covered(option, [_around(point), *others])
            and not any(covered(dot, others) for dot in _along(point, _nearest(option, point)))
        ),
        None,
    )


def _thin(stroke: Stroke) -> Box:
    (x1, y1), (x2, y2) = stroke
    return min(x1, x2) - 1, min(y1, y2) - 1, max(x1, x2) + 1, max(y1, y2) + 1


def _along(start: Point, end: Point) -> list[Box]:
    """Dots on the line between a point's mark and its name."""
    length = _distance(start, end)
    shares = [
        distance / length for distance in range(int(_MARK_RADIUS), int(length), int(_DOT_DISTANCE))
    ]
    places = [
        (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
        for share in shares
    ]
    return [(x - 0.5, y - 0.5, x + 0.5, y + 0.5) for x, y in places]


def _boxes(point: Point, width: float) -> Iterator[Box]:
    """At the right and the left of the point, and above and below it, from near to far."""
    x, y = point
    reach = _MARK_RADIUS + _NEAR
    for step in range(int(_FARTHEST / _STEP) + 1):
        for down in dict.fromkeys((-step * _STEP, step * _STEP)):
            top = y + down - _HEIGHT / 2
            for aside in _ASIDE:
                yield _box(x + reach + aside, top, width)
                yield _box(x - reach - aside - width, top, width)
            if abs(down) >= reach + _HEIGHT / 2:
                yield _box(x - width / 2, top, width)


def _box(left: float, top: float, width: float) -> Box:
    return left, top, left + width, top + _HEIGHT


def _around(point: Point) -> Box:
    x, y = point
    return x - _MARK_RADIUS, y - _MARK_RADIUS, x + _MARK_RADIUS, y + _MARK_RADIUS


def _nearest(box: Box, point: Point) -> Point:
    """The point of the box that is the nearest to a point outside."""
    left, top, right, bottom = box
    return min(max(point[0], left), right), min(max(point[1], top), bottom)


def _distance(first: Point, second: Point) -> float:
    return float(((first[0] - second[0]) ** 2 + (first[1] - second[1]) ** 2) ** 0.5)
