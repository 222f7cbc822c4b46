"""Accuracy by coverage and, in a binary task, precision by recall, beside those of the best."""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from bakeoff.report import numbers
from bakeoff.report.pictures.axis import horizontal_axis, label_room, vertical_axis
from bakeoff.report.pictures.axis_range import Bounds, padded
from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.svg import (
    SMALL_SIZE,
    Picture,
    Point,
    clip_area,
    group,
    polyline,
    text,
)
from bakeoff.report.pictures.ticks import linear_ticks, that_fit
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.decision_curves import DecisionCurves

WIDTH, HEIGHT = 343, 176
_TOP, _BOTTOM, _LEFT, _GAP, _RIGHT = 20, 38, 36, 46, 16
_MOST_TICKS = 4
_PLOT_BOTTOM = HEIGHT - _BOTTOM
_WHOLE: Bounds = (0.0, 1.0)


def accuracy_range(curves: Sequence[DecisionCurves]) -> Bounds:
    """The same for all candidates, so that their pictures compare."""
    found = [point.accuracy for each in curves for point in each.coverage]
    low, high = padded(min(found, default=0.0), max(found, default=1.0))
    return max(low, 0.0), min(high, 1.0)


def decisions_picture(
    candidate: CandidateSummary, own: DecisionCurves, best: DecisionCurves, accuracies: Bounds
) -> Picture:
    """A panel or, with precision and recall, two."""
    has_both = bool(own.precision_recall)
    left = max(_LEFT, label_room(linear_ticks(_vertical(accuracies), _MOST_TICKS)))
    width = (WIDTH - left - _GAP - _RIGHT) / 2 if has_both else WIDTH - left - _RIGHT
    name = f"decisions-{candidate.rank}"
    x, y = Scale(_WHOLE, left, left + width), _vertical(accuracies)
    elements = [
        *_axes("accuracy", "share answered", x, y),
        *_lines(f"{name}-coverage", x, y, _coverage(own), _coverage(best)),
    ]
    if has_both:
        x, y = Scale(_WHOLE, WIDTH - _RIGHT - width, WIDTH - _RIGHT), _vertical(_WHOLE)
        elements += [
            *_axes("precision", "recall", x, y),
            *_lines(f"{name}-precision", x, y, _precision(own), _precision(best)),
        ]
    return Picture(WIDTH, HEIGHT, description(candidate, own), elements)


def description(candidate: CandidateSummary, curves: DecisionCurves) -> str:
    """The picture in words."""
    shown = curves.coverage[:: max(1, len(curves.coverage) // 5)]
    accuracies = ", ".join(
        f"{numbers.metric(point.accuracy)} of {numbers.percent(round(point.coverage, 4))}"
        for point in shown
    )
    said = f"Accuracy of {candidate.name} on its surest rows: {accuracies}."
    points = curves.precision_recall[4 :: max(1, len(curves.precision_recall) // 5)]
    if not points:
        return said
    precisions = ", ".join(
        f"{numbers.metric(point.precision)} at recall {numbers.metric(point.recall)}"
        for point in points
    )
    return f"{said} Precision: {precisions}."


def _axes(title: str, across: str, x: Scale, y: Scale) -> Iterator[Element]:
    yield text(x.start - 30, 10, title, role="muted", size=SMALL_SIZE)
    yield text(x.end, HEIGHT - 8, across, anchor="end", role="muted", size=SMALL_SIZE)
    ticks = that_fit(x, 5, lambda most: linear_ticks(x, most, numbers.percent))
    yield from horizontal_axis(x, ticks, _TOP, _PLOT_BOTTOM, has_grid=False)
    yield from vertical_axis(y, linear_ticks(y, _MOST_TICKS), x.start, x.end)


def _lines(
    name: str, x: Scale, y: Scale, own: Sequence[Point], best: Sequence[Point]
) -> Iterator[Element]:
    yield clip_area(name, x.start - 2, _TOP - 2, x.end - x.start + 4, _PLOT_BOTTOM - _TOP + 4)
    placed = [[(x.place(a), y.place(b)) for a, b in points] for points in (own, best)]
    others = [polyline(placed[1], "muted", 1, dashes=(3, 2))] if own != best and best else []
    yield group([*others, polyline(placed[0], "blue", 1.4)], clip=name)


def _vertical(values: Bounds) -> Scale:
    return Scale(values, _PLOT_BOTTOM, _TOP)


def _coverage(curves: DecisionCurves) -> list[Point]:
    return [(point.coverage, point.accuracy) for point in curves.coverage]


def _precision(curves: DecisionCurves) -> list[Point]:
    return [(point.recall, point.precision) for point in curves.precision_recall]
