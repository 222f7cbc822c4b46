"""The ranking: each candidate's main metric with its interval and its seeds, the best on top."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.etree.ElementTree import Element

from bakeoff.report import numbers
from bakeoff.report.phrases import capitalised
from bakeoff.report.pictures.axis import horizontal_axis
from bakeoff.report.pictures.axis_range import Bounds, far_off_left_out
from bakeoff.report.pictures.legend import Entry, legend, legend_height
from bakeoff.report.pictures.marks import Shape, candidate_mark, mark, role_of
from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.standings import standings
from bakeoff.report.pictures.svg import SMALL_SIZE, Picture, group, line, rectangle, text
from bakeoff.report.pictures.text_width import shortened_to, text_width
from bakeoff.report.pictures.ticks import linear_ticks, that_fit
from bakeoff.report.race import Race, is_tied, seed_values
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.metric_summary import MetricSummary

WIDE = 860
NARROW = 343
"""Widths in CSS pixels: of a page or a README, and of a phone."""

MAX_CANDIDATES = 60

_MARGIN = 12
_NAME_LEFT = _MARGIN + 26
_MAX_NAME_WIDTH = 290
_GAP = 18
_AXIS_HEIGHT = 40
_HEADING_HEIGHT = 56


@dataclass(frozen=True)
class _Layout:
    """In CSS pixels."""

    width: float
    top: float
    """The top of the first row."""
    row_height: float
    baseline: float
    """Baseline of the texts, from a row's top."""
    middle: float
    """Middle of the interval, from a row's top."""
    name_width: float
    interval_width: float
    """Width of the column at the right; 0 without one."""
    scale: Scale


def ranking(race: Race, width: float, heading: str = "") -> Picture:
    """The picture of the first 60 candidates with a result; there must be at least one.

    `heading` stands above the rows where no page says what the picture shows.
    """
    shown = race.ranked[:MAX_CANDIDATES]
    layout = _layout(race, shown, width, _HEADING_HEIGHT if heading else 0)
    entries = _legend_entries(race, shown, layout.scale.bounds)
    bottom = layout.top + len(shown) * layout.row_height
    height = bottom + _AXIS_HEIGHT + legend_height(entries, width)
    elements = [
        *(_heading(race, heading, width) if heading else ()),
        *_plot(race, shown, layout, bottom),
        *(
            group(_row(race, one, layout, row), title=_described(race, one))
            for row, one in enumerate(shown)
        ),
        *legend(entries, width, bottom + _AXIS_HEIGHT),
    ]
    padding = 10 if heading else 0
    return Picture(width, height + padding, description(race, shown), elements)


def subtitle(race: Race) -> str:
    """Says what the numbers are."""
    confidence = numbers.percent(race.summary.statistics.confidence)
    metric = capitalised(race.metric_name)
    return f"{metric} on test: means over the seeds and {confidence} intervals"


def description(race: Race, shown: Sequence[CandidateSummary]) -> str:
    """The picture in words."""
    direction = "higher" if race.higher_is_better else "lower"
    rows = ". ".join(_described(race, candidate) for candidate in shown)
    return f"{subtitle(race)}; {direction} is better. {rows}."


def _described(race: Race, candidate: CandidateSummary) -> str:
    value = race.quality(candidate)
    words = f"{candidate.rank}: {candidate.name} {numbers.shown(value.mean, numbers.metric)}"
    if value.interval:
        words += f" ({numbers.interval(value.interval)})"
    if candidate.is_baseline:
        words += ", a baseline"
    if is_tied(candidate) and candidate.rank != 1:
        words += ", tied with the best"
    return words


def _layout(race: Race, shown: list[CandidateSummary], width: float, top: float) -> _Layout:
    qualities = [race.quality(candidate) for candidate in shown]
    spans = [span for value in qualities if (span := _span(value))]
    bounds = far_off_left_out(spans or [(0.0, 1.0)], race.metric_ends)
    mean_width = max(text_width(_mean(value), is_bold=True) for value in qualities)
    if width < 500:
        name_width = width - _NAME_LEFT - _GAP - mean_width - _MARGIN
        scale = Scale(bounds, _GAP, width - _GAP)
        return _Layout(width, top, 44, 17, 31, name_width, 0, scale)
    name_width = max(text_width(_name(one, _MAX_NAME_WIDTH), is_bold=is_tied(one)) for one in shown)
    intervals = [numbers.interval(value.interval) for value in qualities if value.interval]
    interval_width = max((text_width(one, SMALL_SIZE) + _GAP for one in intervals), default=0.0)
    plot_right = width - _MARGIN - interval_width - mean_width - _GAP
    scale = Scale(bounds, _NAME_LEFT + name_width + _GAP, plot_right)
    return _Layout(width, top, 26, 17, 13, name_width, interval_width, scale)


def _name(candidate: CandidateSummary, max_width: float) -> str:
    return shortened_to(candidate.name, max_width, is_bold=is_tied(candidate))


def _mean(value: MetricSummary) -> str:
    return numbers.shown(value.mean, numbers.metric)


def _span(value: MetricSummary) -> Bounds | None:
    """The lowest and the highest of what is drawn; None if there is no finite number."""
    ends = [value.mean, *seed_values(value)]
    if value.interval:
        ends += [value.interval.low, value.interval.high]
    finite = [end for end in ends if math.isfinite(end)]
    return (min(finite), max(finite)) if finite else None


def _heading(race: Race, heading: str, width: float) -> Iterator[Element]:
    shown = shortened_to(heading, width - 2 * _MARGIN, 14, is_bold=True)
    yield text(_MARGIN, 26, shown, size=14, is_bold=True)
    yield text(_MARGIN, 43, subtitle(race), role="muted")


def _plot(
    race: Race, shown: Sequence[CandidateSummary], layout: _Layout, bottom: float
) -> Iterator[Element]:
    """What is behind the rows: bands of the tied, the axis, and the best value."""
    top = layout.top
    for is_band, rows in groupby(shown, key=is_tied):
        height = len(list(rows)) * layout.row_height
        if is_band:
            yield rectangle(0, top, layout.width, height, "tint")
        top += height
    scale = layout.scale
    ticks = that_fit(scale, 7, lambda most: linear_ticks(scale, most))
    yield from horizontal_axis(scale, ticks, layout.top, bottom)
    best = race.quality(shown[0]).mean
    if math.isfinite(best):
        x = scale.place(best)
        yield line((x, layout.top), (x, bottom), "mark", 1, dashes=(2, 3))
    yield _direction(race, scale, bottom + 30)


def _direction(race: Race, scale: Scale, baseline: float) -> Element:
    if race.higher_is_better:
        label = f"{race.metric_name}, better →"
        return text(scale.end, baseline, label, anchor="end", role="muted", size=SMALL_SIZE)
    label = f"← better, {race.metric_name}"
    return text(scale.start, baseline, label, role="muted", size=SMALL_SIZE)


def _row(race: Race, candidate: CandidateSummary, layout: _Layout, row: int) -> Iterator[Element]:
    value = race.quality(candidate)
    top = layout.top + row * layout.row_height
    baseline = top + layout.baseline
    is_bold = is_tied(candidate)
    ground = "tint" if is_bold else "page"
    right = layout.width - _MARGIN
    name = _name(candidate, layout.name_width)
    yield text(_NAME_LEFT - 10, baseline, str(candidate.rank), anchor="end", role="muted")
    yield text(_NAME_LEFT, baseline, name, is_bold=is_bold, halo=ground)
    mean_right = right - layout.interval_width
    yield text(mean_right, baseline, _mean(value), anchor="end", is_bold=is_bold, halo=ground)
    if value.interval and layout.interval_width:
        interval = numbers.interval(value.interval)
        yield text(right, baseline, interval, anchor="end", role="muted", size=SMALL_SIZE)
    if math.isfinite(value.mean):
        yield from _marks(value, candidate, layout.scale, top + layout.middle)


def _marks(
    value: MetricSummary, candidate: CandidateSummary, scale: Scale, y: float
) -> Iterator[Element]:
    """Interval, seeds and mean; a triangle at the edge if the mean is beyond the axis."""
    role = role_of(candidate)
    if not scale.holds(value.mean):
        x = scale.place(scale.clamped(value.mean))
        shape: Shape = "left" if value.mean < scale.bounds[0] else "right"
        yield mark(shape, (x, y), 4, role, role, 1)
        return
    if value.interval:
        ends = (scale.clamped(value.interval.low), scale.clamped(value.interval.high))
        yield line((scale.place(ends[0]), y), (scale.place(ends[1]), y), role, 2)
    seeds = [seed for seed in seed_values(value) if scale.holds(seed)]
    if len(seeds) > 1:
        for seed in seeds:
            yield mark("tick", (scale.place(seed), y), 5, "mark", "mark", 1.2)
    yield candidate_mark((scale.place(value.mean), y), candidate)


def _legend_entries(race: Race, shown: Sequence[CandidateSummary], bounds: Bounds) -> list[Entry]:
    """The kinds of marks that occur."""
    low, high = bounds
    means = {one.candidate: race.quality(one).mean for one in shown}
    within = [one for one in shown if low <= means[one.candidate] <= high]
    has_tied = any(is_tied(candidate) for candidate in shown[1:])
    entries = standings(within, "tied with the best" if has_tied else "the best")
    if any(len(seed_values(race.quality(candidate))) > 1 for candidate in shown):
        entries.append(Entry("tick", "mark", "mark", "one seed"))
    below = [one for one in shown if means[one.candidate] < low]
    above = [one for one in shown if means[one.candidate] > high]
    sides: tuple[tuple[Shape, list[CandidateSummary]], ...] = (("left", below), ("right", above))
    for shape, beyond in sides:
        for role in sorted({role_of(one) for one in beyond}):
            entries.append(Entry(shape, role, role, "beyond the axis"))
    return entries
