"""The learning rates that a candidate tried, against the main metric on validation."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bakeoff.report import numbers
from bakeoff.report.pictures.axis import horizontal_axis, label_room, vertical_axis
from bakeoff.report.pictures.axis_range import ENDLESS, Bounds, padded
from bakeoff.report.pictures.marks import mark
from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.svg import SMALL_SIZE, Picture, group, polyline, text
from bakeoff.report.pictures.ticks import linear_ticks, logarithmic_ticks, that_fit
from bakeoff.report.race import Race
from bakeoff.report.sections.rates import rate
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.learning_rates import LearningRateTrial

WIDTH, HEIGHT = 343, 150
_TOP, _BOTTOM, _LEFT, _RIGHT = 20, 36, 36, 14
_PLOT_BOTTOM = HEIGHT - _BOTTOM
_MOST_TICKS = 4
_LOG_ROOM = 1.5
"""The rates' axis reaches this many times beyond the lowest and the highest."""


@dataclass(frozen=True)
class Scales:
    """The ranges of the axes, the same for all candidates so that their pictures compare."""

    rates: Bounds
    scores: Bounds


def scales(candidates: Sequence[CandidateSummary], ends: Bounds = ENDLESS) -> Scales:
    """`ends` are the least and the greatest possible score."""
    trials = [trial for one in candidates for trial in one.learning_rate_trials]
    rates = [trial.learning_rate for trial in trials] or [1e-5, 1e-4]
    scores = [score for trial in trials if (score := _score(trial)) is not None] or [0.0, 1.0]
    return Scales(
        (min(rates) / _LOG_ROOM, max(rates) * _LOG_ROOM), padded(min(scores), max(scores), ends)
    )


def rates_picture(race: Race, candidate: CandidateSummary, scales: Scales) -> Picture:
    """A point for each rate, filled for the one that was chosen; a cross for one that diverged."""
    y = Scale(scales.scores, _PLOT_BOTTOM, _TOP)
    left = max(_LEFT, label_room(linear_ticks(y, _MOST_TICKS)))
    x = Scale(scales.rates, left, WIDTH - _RIGHT, is_logarithmic=True)
    trials = candidate.learning_rate_trials
    points = [
        (x.place(trial.learning_rate), y.place(score))
        for trial in trials
        if (score := _score(trial)) is not None
    ]
    elements = [
        *_axes(race, x, y),
        *([polyline(points, "purple", 1.2)] if len(points) > 1 else []),
        *(_point(race, trial, x, y) for trial in trials),
    ]
    return Picture(WIDTH, HEIGHT, description(race, candidate), elements)


def description(race: Race, candidate: CandidateSummary) -> str:
    """The picture in words."""
    rates = ", ".join(_described(race, trial) for trial in candidate.learning_rate_trials)
    return f"Learning rates tried by {candidate.name}: {rates}."


def _described(race: Race, trial: LearningRateTrial) -> str:
    score = _score(trial)
    found = "diverged" if score is None else f"{race.metric_name} {numbers.metric(score)}"
    return f"{rate(trial.learning_rate)} {found}{', chosen' if trial.is_chosen else ''}"


def _axes(race: Race, x: Scale, y: Scale) -> Iterator[Element]:
    label = f"validation {race.metric_name}"
    yield text(4, 10, label, role="muted", size=SMALL_SIZE)
    yield text(x.end, HEIGHT - 6, "learning rate", anchor="end", role="muted", size=SMALL_SIZE)
    ticks = that_fit(x, 5, lambda most: logarithmic_ticks(x, most, rate))
    yield from horizontal_axis(x, ticks, _TOP, _PLOT_BOTTOM)
    yield from vertical_axis(y, linear_ticks(y, _MOST_TICKS), x.start, x.end)


def _point(race: Race, trial: LearningRateTrial, x: Scale, y: Scale) -> Element:
    score, across = _score(trial), x.place(trial.learning_rate)
    if score is None:
        drawn = mark("cross", (across, _PLOT_BOTTOM - 6), 3.2, "orange", "none", 1.8)
    else:
        face = "purple" if trial.is_chosen else "page"
        drawn = mark("circle", (across, y.place(score)), 3.6, "purple", face, 1.5)
    return group([drawn], title=_described(race, trial))


def _score(trial: LearningRateTrial) -> float | None:
    score = trial.validation_score
    return score if score is not None and math.isfinite(score) else None
