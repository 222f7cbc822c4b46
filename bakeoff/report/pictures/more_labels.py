"""A candidate's score by the number of its train rows, with the law and the forecast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bakeoff.report import numbers
from bakeoff.report.pictures.axis import horizontal_axis, label_room, vertical_axis
from bakeoff.report.pictures.axis_range import ENDLESS, Bounds, padded
from bakeoff.report.pictures.marks import mark
from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.svg import SMALL_SIZE, Picture, group, line, polyline, text
from bakeoff.report.pictures.ticks import linear_ticks, that_fit
from bakeoff.report.race import Race
from bakeoff.report.sections.more_labels import DrawnCurve
from bakeoff.summary.interval import Interval
from bakeoff.summary.more_labels import CandidateCurve

WIDTH, HEIGHT = 343, 190
_TOP, _BOTTOM, _LEFT, _RIGHT = 20, 36, 36, 26
_PLOT_BOTTOM = HEIGHT - _BOTTOM
_MOST_TICKS = 5
_ROOM = 1.12
"""The axis of rows reaches this many times beyond the fewest and the most."""
_CAP = 3.0


@dataclass(frozen=True)
class Scales:
    """The ranges of the axes, the same for all candidates so that their pictures compare."""

    rows: Bounds
    scores: Bounds


def scales(curves: Sequence[CandidateCurve], ends: Bounds = ENDLESS) -> Scales:
    """For curves that have at least one score between them, from one of `ends` to the other."""
    rows = [row for curve in curves for row, _, _ in _marks(curve)]
    scores = [score for curve in curves for _, score, _ in _marks(curve)]
    scores += [
        end
        for curve in curves
        for _, _, interval in _marks(curve)
        if interval is not None
        for end in (interval.low, interval.high)
    ]
    scores += [point.score for curve in curves if curve.forecast for point in curve.forecast.law]
    return Scales((min(rows) / _ROOM, max(rows) * _ROOM), padded(min(scores), max(scores), ends))


def more_labels_picture(race: Race, drawn: DrawnCurve, scales: Scales) -> Picture:
    """Filled points are measured, with their intervals; the open one is the forecast."""
    curve = drawn.curve
    y = Scale(scales.scores, _PLOT_BOTTOM, _TOP)
    left = max(_LEFT, label_room(linear_ticks(y, _MOST_TICKS)))
    x = Scale(scales.rows, left, WIDTH - _RIGHT, is_logarithmic=True)
    elements = [
        *_axes(race, curve, x, y),
        *_law(curve, x, y),
        *(
            group(_point(row, score, interval, is_ahead, x, y), title=title)
            for (row, score, interval), is_ahead, title in _titled(race, curve)
        ),
    ]
    return Picture(WIDTH, HEIGHT, description(race, drawn), elements)


def description(race: Race, drawn: DrawnCurve) -> str:
    """The picture in words."""
    points = "; ".join(title for _, _, title in _titled(race, drawn.curve))
    return f"{race.metric_name} of {drawn.candidate.name} by train rows: {points}."


def _marks(curve: CandidateCurve) -> Iterator[tuple[float, float, Interval | None]]:
    """Rows, score and interval of each point that has a score, the forecast last."""
    for point in curve.points:
        if point.score is not None:
            yield point.train_rows, point.score, point.interval
    if curve.forecast is not None:
        yield curve.forecast.train_rows, curve.forecast.score, curve.forecast.interval


def _titled(
    race: Race, curve: CandidateCurve
) -> Iterator[tuple[tuple[float, float, Interval | None], bool, str]]:
    """Each point, whether it is the forecast, and its words."""
    measured = sum(point.score is not None for point in curve.points)
    for place, (row, score, interval) in enumerate(_marks(curve)):
        is_ahead = place >= measured
        words = f"{numbers.count(row)} rows: {numbers.metric(score)}"
        if interval is not None:
            words += f" ({numbers.interval(interval)})"
        yield (row, score, interval), is_ahead, f"{words}, forecast" if is_ahead else words


def _axes(race: Race, curve: CandidateCurve, x: Scale, y: Scale) -> Iterator[Element]:
    yield text(4, 10, f"{race.metric_name} on test", role="muted", size=SMALL_SIZE)
    yield text(x.end, HEIGHT - 6, "train rows", anchor="end", role="muted", size=SMALL_SIZE)
    places = [(float(row), numbers.count(row)) for row, _, _ in _marks(curve)]
    # The last ones say most, so they stay where not all have room.
    ticks = that_fit(x, len(places), lambda most: places[-most:])
    yield from horizontal_axis(x, ticks, _TOP, _PLOT_BOTTOM)
    yield from vertical_axis(y, linear_ticks(y, _MOST_TICKS), x.start, x.end)


def _law(curve: CandidateCurve, x: Scale, y: Scale) -> Iterator[Element]:
    """Solid as far as it was measured, dashed beyond."""
    if curve.forecast is None:
        return
    last = curve.points[-1].train_rows
    law = [(point.train_rows, point.score) for point in curve.forecast.law]
    measured = [each for each in law if each[0] <= last]
    ahead = [each for each in law if each[0] >= measured[-1][0]] if measured else law
    for part, dashes in ((measured, ()), (ahead, (3, 2))):
        if len(part) > 1:
            points = [(x.place(rows), y.place(score)) for rows, score in part]
            yield polyline(points, "blue", 1.2, dashes=dashes)


def _point(
    row: float, score: float, interval: Interval | None, is_ahead: bool, x: Scale, y: Scale
) -> Iterator[Element]:
    across = x.place(row)
    if interval is not None:
        low, high = y.place(interval.low), y.place(interval.high)
        yield line((across, low), (across, high), "blue", 1)
        for end in (low, high):
            yield line((across - _CAP, end), (across + _CAP, end), "blue", 1)
    face = "page" if is_ahead else "blue"
    yield mark("circle", (across, y.place(score)), 3.6, "blue", face, 1.5)
