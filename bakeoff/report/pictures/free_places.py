"""Where the numbers of points may stand without covering one another."""

from collections.abc import Sequence

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_TEXT_HEIGHT = 8.0
_CHARACTER_WIDTH = 6.5
# From the point to the middle of the text's baseline; the earlier is the better.
_OFFSETS = (
    (11, -6), (-11, -6), (11, 14), (-11, 14), (13, 4), (-13, 4), (0, -11), (0, 19),
    (20, -6), (-20, -6), (20, 14), (-20, 14), (11, -16), (-11, -16), (11, 24), (-11, 24),
)  # fmt: skip


def free_places(points: Sequence[Point], texts: Sequence[str], box: Box) -> list[Point]:
    """For each text the middle of its baseline, in pixels from the upper left corner.

    It is near the text's point, within the box, and away from other points and from texts that
    were placed before; where there is no such place, as far from them as can be.
    """
    taken = [_around(point, 6, 6) for point in points]
    places = []
    for i, (point, text) in enumerate(zip(points, texts, strict=True)):
        others = taken[:i] + taken[i + 1 :]
        options = [(point[0] + x, point[1] + y) for x, y in _OFFSETS]
        best = min(options, key=lambda place: _trouble(_text_box(place, text), others, box))
        places.append(best)
        taken.append(_text_box(best, text))
    return places


def _text_box(place: Point, text: str) -> Box:
    middle = (place[0], place[1] - _TEXT_HEIGHT / 2)
    return _around(middle, len(text) * _CHARACTER_WIDTH / 2, _TEXT_HEIGHT / 2)


def _around(middle: Point, half_width: float, half_height: float) -> Box:
    x, y = middle
    return x - half_width, y - half_height, x + half_width, y + half_height


def _trouble(text: Box, others: Sequence[Box], box: Box) -> float:
    """How much of the text is covered, in square pixels; outside of the box counts most."""
    outside = text[0] < box[0] or text[1] < box[1] or text[2] > box[2] or text[3] > box[3]
    return sum(_overlap(text, other) for other in others) + (1e6 if outside else 0)


def _overlap(first: Box, second: Box) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return max(0.0, width) * max(0.0, height)
