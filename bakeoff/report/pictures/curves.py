"""Learning curves: loss and main metric by epoch, a line for each seed."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bakeoff.report import numbers
from bakeoff.report.palette import LIGHT
from bakeoff.report.phrases import plural
from bakeoff.report.pictures.axes import TICK_SIZE, axes, linear_ticks, write
from bakeoff.report.pictures.axis_range import Bounds, padded
from bakeoff.report.pictures.svg import Picture, drawing, figure
from bakeoff.report.race import Race
from bakeoff.summary.document import CandidateSummary, EpochPoint, LearningCurve

WIDTH, HEIGHT = 343, 164
_TOP, _BOTTOM, _LEFT, _GAP, _RIGHT = 20, 38, 36, 46, 8
_PLOT_WIDTH = (WIDTH - _LEFT - _GAP - _RIGHT) / 2
_PLOT_HEIGHT = HEIGHT - _TOP - _BOTTOM
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
    """The same for all candidates, so that their pictures can be compared."""

    epochs: Bounds
    loss: Bounds
    metric: Bounds


def scales(candidates: Sequence[CandidateSummary]) -> Scales:
    """Of candidates that have at least one epoch among them."""
    curves = [curve for one in candidates for curve in one.learning_curves]
    losses = [value for line in (_TRAIN_LOSS, _VALIDATION_LOSS) for value in _all(curves, line)]
    metrics = _all(curves, _VALIDATION_METRIC)
    epochs = [point.epoch for curve in curves for point in curve.epochs]
    return Scales(
        padded(min(epochs), max(epochs)),
        padded(min(losses, default=0.0), _highest(losses)),
        padded(min(metrics, default=0.0), max(metrics, default=1.0)),
    )


def _highest(losses: Sequence[float]) -> float:
    """Where the axis ends: a run that diverges for an epoch must not flatten all others."""
    if not losses:
        return 1.0
    usual = float(np.quantile(losses, _USUAL_LOSS_QUANTILE))
    return usual if max(losses) - usual > 2 * (usual - min(losses)) else max(losses)


def curves_picture(race: Race, candidate: CandidateSummary, scales: Scales) -> Picture:
    """Loss on the left, the main metric on the right."""
    curves = candidate.learning_curves
    with drawing():
        made = figure(WIDTH, HEIGHT)
        losses = _axes(made, _LEFT, "loss", scales.epochs, scales.loss)
        _draw(losses, curves, _TRAIN_LOSS)
        _draw(losses, curves, _VALIDATION_LOSS)
        left = _LEFT + _PLOT_WIDTH + _GAP
        metric = _axes(made, left, race.metric_name, scales.epochs, scales.metric)
        _draw(metric, curves, _VALIDATION_METRIC)
    return Picture(f"curves-{candidate.rank}", made, description(race, candidate))


def description(race: Race, candidate: CandidateSummary) -> str:
    """The picture in words."""
    told = [_told(race, curve) for curve in candidate.learning_curves]
    return f"Learning curves of {race.name(candidate)}. {' '.join(told)}"


def _told(race: Race, curve: LearningCurve) -> str:
    parts = []
    for name, line in (
        ("train loss", _TRAIN_LOSS),
        ("validation loss", _VALIDATION_LOSS),
        (f"validation {race.metric_name}", _VALIDATION_METRIC),
    ):
        values = [numbers.metric(value) for _, value in _points(curve, line)]
        if values:
            parts.append(f"{name} {' to '.join(dict.fromkeys((values[0], values[-1])))}")
    return f"Seed {curve.seed}, {plural(len(curve.epochs), 'epoch')}: {', '.join(parts)}."


def _axes(made: Figure, left: float, title: str, epochs: Bounds, values: Bounds) -> Axes:
    write(made, left - 30, 10, title, role="muted", size=TICK_SIZE)
    write(
        made,
        left + _PLOT_WIDTH,
        HEIGHT - 8,
        "epoch",
        align="right",
        role="muted",
        size=TICK_SIZE,
    )
    plot = axes(made, left, _TOP, _PLOT_WIDTH, _PLOT_HEIGHT)
    plot.set_xlim(*epochs)
    plot.set_ylim(*values)
    linear_ticks(plot, "x", 5, whole_numbers=True)
    linear_ticks(plot, "y", 4)
    plot.xaxis.grid(False)
    return plot


def _draw(plot: Axes, curves: Sequence[LearningCurve], line: _Line) -> None:
    for curve in curves:
        points = _points(curve, line)
        drawn = plot.plot(
            [epoch for epoch, _ in points],
            [value for _, value in points],
            color=LIGHT[line.role],
            linewidth=1.2,
            alpha=0.8,
            marker="o" if len(points) <= _MAX_DOTTED_EPOCHS else "",
            markersize=2.6,
        )
        if line.dashes:
            drawn[0].set_dashes(line.dashes)


def _points(curve: LearningCurve, line: _Line) -> list[tuple[float, float]]:
    """Epoch and value, where there is one."""
    found = ((point.epoch, line.of(point)) for point in curve.epochs)
    return [(epoch, value) for epoch, value in found if value is not None and math.isfinite(value)]


def _all(curves: Sequence[LearningCurve], line: _Line) -> list[float]:
    return [value for curve in curves for _, value in _points(curve, line)]
