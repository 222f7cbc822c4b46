"""Predicted against true numbers, and residuals by the size of the prediction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bakeoff.report import numbers
from bakeoff.report.palette import heat_level
from bakeoff.report.pictures.axis import horizontal_axis, label_room, vertical_axis
from bakeoff.report.pictures.axis_range import Bounds, padded
from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.svg import (
    SMALL_SIZE,
    Picture,
    circle,
    clip_area,
    group,
    line,
    rectangle,
    text,
)
from bakeoff.report.pictures.ticks import linear_ticks, that_fit
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.regression_fit import RegressionFit, ResidualBin

WIDTH, HEIGHT = 343, 196
_TOP, _BOTTOM, _LEFT, _GAP, _RIGHT = 20, 38, 30, 38, 8
_MOST_TICKS = 5
_PLOT_BOTTOM = HEIGHT - _BOTTOM
_BOX = 3.5


@dataclass(frozen=True)
class Scales:
    """The range of the residuals, the same for all candidates so that their pictures compare."""

    residuals: Bounds


def scales(fits: Sequence[RegressionFit]) -> Scales:
    found = [value for fit in fits for each in fit.residuals for value in each.quantiles]
    return Scales(padded(min(found, default=0.0), max(found, default=1.0)))


def fit_picture(candidate: CandidateSummary, fit: RegressionFit, scales: Scales) -> Picture:
    """A heat map of the test rows on the left, the residuals on the right."""
    bounds = fit.ends[0], fit.ends[-1]
    y = Scale(bounds, _PLOT_BOTTOM, _TOP)
    residual = Scale(scales.residuals, _PLOT_BOTTOM, _TOP)
    left = max(_LEFT, label_room(linear_ticks(y, _MOST_TICKS)))
    gap = max(_GAP, label_room(linear_ticks(residual, _MOST_TICKS)) + _RIGHT)
    width = (WIDTH - left - gap - _RIGHT) / 2
    true = Scale(bounds, left, left + width)
    predicted = Scale(bounds, left + width + gap, WIDTH - _RIGHT)
    name = f"fit-{candidate.rank}"
    elements = [
        *_axes("predicted", "true", true, y),
        *_cells(fit, true, y),
        line((true.start, _PLOT_BOTTOM), (true.end, _TOP), "orange", 1, dashes=(3, 2)),
        *_axes("predicted minus true", "predicted", predicted, residual),
        clip_area(name, predicted.start - 4, _TOP - 2, width + 8, _PLOT_BOTTOM - _TOP + 4),
        group(_residuals(fit, predicted, residual), clip=name),
    ]
    return Picture(WIDTH, HEIGHT, description(candidate, fit), elements)


def description(candidate: CandidateSummary, fit: RegressionFit) -> str:
    """The picture in words."""
    residuals = "; ".join(
        f"{numbers.metric(each.low)} to {numbers.metric(each.high)}: median "
        f"{numbers.signed_metric(each.quantiles[2])}"
        for each in fit.residuals
    )
    return (
        f"Predicted against true numbers of {candidate.name}. Predicted minus true, by the "
        f"prediction: {residuals}."
    )


def _axes(title: str, across: str, x: Scale, y: Scale) -> Iterator[Element]:
    yield text(x.start - 24, 10, title, role="muted", size=SMALL_SIZE)
    yield text(x.end, HEIGHT - 8, across, anchor="end", role="muted", size=SMALL_SIZE)
    ticks = that_fit(x, _MOST_TICKS, lambda most: linear_ticks(x, most))
    yield from horizontal_axis(x, ticks, _TOP, _PLOT_BOTTOM, has_grid=False)
    yield from vertical_axis(y, linear_ticks(y, _MOST_TICKS), x.start, x.end)


def _cells(fit: RegressionFit, x: Scale, y: Scale) -> Iterator[Element]:
    most = max((value for row in fit.counts for value in row), default=0.0)
    for row, counts in enumerate(fit.counts):
        left, right = x.place(fit.ends[row]), x.place(fit.ends[row + 1])
        for column, count in enumerate(counts):
            if count > 0:
                bottom, top = y.place(fit.ends[column]), y.place(fit.ends[column + 1])
                # The root, so that cells with few rows are seen beside one with very many.
                role = f"b{heat_level((count / most) ** 0.5)}"
                yield rectangle(left, top, right - left, bottom - top, role)


def _residuals(fit: RegressionFit, x: Scale, y: Scale) -> Iterator[Element]:
    yield line((x.start, y.place(0)), (x.end, y.place(0)), "orange", 1, dashes=(3, 2))
    for each in fit.residuals:
        yield group(_box(each, x, y), title=_described(each))


def _box(each: ResidualBin, x: Scale, y: Scale) -> Iterator[Element]:
    lowest, low, median, high, highest = (y.place(value) for value in each.quantiles)
    middle = x.place(x.clamped((each.low + each.high) / 2))
    yield line((middle, lowest), (middle, highest), "blue", 1)
    yield rectangle(middle - _BOX, high, 2 * _BOX, low - high, "blue")
    yield circle((middle, median), 1.8, "blue", "page", 1)


def _described(each: ResidualBin) -> str:
    values = [numbers.signed_metric(value) for value in each.quantiles]
    return (
        f"Predicted {numbers.metric(each.low)} to {numbers.metric(each.high)}: median {values[2]}, "
        f"half of the rows {values[1]} to {values[3]}, nine of ten {values[0]} to {values[4]}"
    )
