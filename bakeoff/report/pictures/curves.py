"""Training curves: loss and main metric by epoch, one line per seed."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np

from bakeoff.report import numbers
from bakeoff.report.pictures.axis import horizontal_axis, label_room, vertical_axis
from bakeoff.report.pictures.axis_range import ENDLESS, Bounds, padded
from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.svg import (
    SMALL_SIZE,
    Picture,
    circle,
    clip_area,
    group,
    polyline,
    text,
)
from bakeoff.report.pictures.ticks import linear_ticks, that_fit
from bakeoff.report.race import Race
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.epochs import EpochPoint, LearningCurve
from bakeoff.wording import counted

WIDTH, HEIGHT = 343, 164
# On the left and in the gap are labels, which get more room where they need it.
_TOP, _BOTTOM, _LEFT, _GAP, _RIGHT = 20, 38, 36, 46, 8
_MOST_TICKS = 4
_PLOT_BOTTOM = HEIGHT - _BOTTOM
_MAX_DOTTED_EPOCHS = 12
_USUAL_LOSS_QUANTILE = 0.98


@dataclass(frozen=True)
class _Line:
    role: str
    dashes: tuple[float, ...]
    of: Callable[[EpochPoint], float | None]


_TRAIN_LOSS = _Line("orange", (3, 2), lambda point: point.train_loss)
_VALIDATION_LOSS = _Line("blue", (), lambda point: point.validation_loss)
_VALIDATION_METRIC = _Line("purple", (), lambda point: point.validation_metric)


@dataclass(frozen=True)
class Scales:
    """The ranges of the axes, the same for all candidates so that their pictures compare."""

    epochs: Bounds
    loss: Bounds
    metric: Bounds


def scales(candidates: Sequence[CandidateSummary], ends: Bounds = ENDLESS) -> Scales:
    """For candidates that have at least one epoch between them; `ends` are those of the metric."""
    curves = [curve for one in candidates for curve in one.learning_curves]
    losses = [value for line in (_TRAIN_LOSS, _VALIDATION_LOSS) for value in _all(curves, line)]
    metrics = _all(curves, _VALIDATION_METRIC)
    epochs = [point.epoch for curve in curves for point in curve.epochs]
    return Scales(
        padded(min(epochs), max(epochs)),
        padded(min(losses, default=0.0), _highest(losses)),
        padded(min(metrics, default=0.0), max(metrics, default=1.0), ends),
    )


def _highest(losses: Sequence[float]) -> float:
    """The end of the axis: one run that diverges for an epoch must not flatten all others."""
    if not losses:
        return 1.0
    usual = float(np.quantile(losses, _USUAL_LOSS_QUANTILE))
    return usual if max(losses) - usual > 2 * (usual - min(losses)) else max(losses)


def curves_picture(race: Race, candidate: CandidateSummary, scales: Scales) -> Picture:
    """Loss on the left, the main metric on the right."""
    curves, name = candidate.learning_curves, f"curves-{candidate.rank}"
    left, gap = max(_LEFT, _label_room(scales.loss)), max(_GAP, _label_room(scales.metric) + _RIGHT)
    width = (WIDTH - left - gap - _RIGHT) / 2
    second = left + width + gap
    loss = _Panel(f"{name}-loss", "loss", left, width, scales.epochs, scales.loss)
    metric = _Panel(f"{name}-metric", race.metric_name, second, width, scales.epochs, scales.metric)
    elements = [
        *loss.drawn(curves, (_TRAIN_LOSS, _VALIDATION_LOSS)),
        *metric.drawn(curves, (_VALIDATION_METRIC,)),
    ]
    return Picture(WIDTH, HEIGHT, description(race, candidate), elements)


def description(race: Race, candidate: CandidateSummary) -> str:
    """The picture in words."""
    seeds = [_described(race, curve) for curve in candidate.learning_curves]
    return f"Training curves of {candidate.name}. {' '.join(seeds)}"


def _described(race: Race, curve: LearningCurve) -> str:
    parts = []
    for name, line in (
        ("train loss", _TRAIN_LOSS),
        ("validation loss", _VALIDATION_LOSS),
        (f"validation {race.metric_name}", _VALIDATION_METRIC),
    ):
        values = [numbers.metric(value) for _, value in _points(curve, line)]
        if values:
            parts.append(f"{name} {' to '.join(dict.fromkeys((values[0], values[-1])))}")
    return f"Seed {curve.seed}, {counted(len(curve.epochs), 'epoch')}: {', '.join(parts)}."


@dataclass(frozen=True)
class _Panel:
    name: str
    """Unique in the page."""
    title: str
    left: float
    width: float
    epochs: Bounds
    values: Bounds

    def drawn(self, curves: Sequence[LearningCurve], lines: Sequence[_Line]) -> Iterator[Element]:
        x = Scale(self.epochs, self.left, self.left + self.width)
        y = _vertical(self.values)
        yield from self._axes(x, y)
        # Room for the dots at the ends; a loss that diverges leaves the plot.
        yield clip_area(self.name, x.start - 2, _TOP - 2, self.width + 4, _PLOT_BOTTOM - _TOP + 4)
        drawn = (part for one in lines for curve in curves for part in _drawn(curve, one, x, y))
        yield group(drawn, clip=self.name)

    def _axes(self, x: Scale, y: Scale) -> Iterator[Element]:
        yield text(self.left - 30, 10, self.title, role="muted", size=SMALL_SIZE)
        yield text(x.end, HEIGHT - 8, "epoch", anchor="end", role="muted", size=SMALL_SIZE)
        epochs = that_fit(x, 5, lambda most: linear_ticks(x, most, whole_numbers=True))
        yield from horizontal_axis(x, epochs, _TOP, _PLOT_BOTTOM, has_grid=False)
        yield from vertical_axis(y, linear_ticks(y, _MOST_TICKS), x.start, x.end)


def _vertical(values: Bounds) -> Scale:
    return Scale(values, _PLOT_BOTTOM, _TOP)


def _label_room(values: Bounds) -> float:
    return label_room(linear_ticks(_vertical(values), _MOST_TICKS))


def _drawn(curve: LearningCurve, line: _Line, x: Scale, y: Scale) -> Iterator[Element]:
    points = [(x.place(epoch), y.place(value)) for epoch, value in _points(curve, line)]
    if len(points) > 1:
        yield polyline(points, line.role, 1.2, dashes=line.dashes)
    if len(points) <= _MAX_DOTTED_EPOCHS:
        # A single epoch has no line that leads the eye to it.
        radius = 1.3 if len(points) > 1 else 3
        for point in points:
            yield circle(point, radius, line.role, line.role, 0.5)


def _points(curve: LearningCurve, line: _Line) -> list[tuple[float, float]]:
    """Epochs and their values, without those that have no finite value."""
    found = ((point.epoch, line.of(point)) for point in curve.epochs)
    return [(epoch, value) for epoch, value in found if value is not None and math.isfinite(value)]


def _all(curves: Sequence[LearningCurve], line: _Line) -> list[float]:
    return [value for curve in curves for _, value in _points(curve, line)]
