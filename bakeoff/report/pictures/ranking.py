"""The ranking: each candidate's main metric with its interval and its seeds, the best on top."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bakeoff.report import numbers
from bakeoff.report.palette import LIGHT
from bakeoff.report.phrases import capitalised, shortened
from bakeoff.report.pictures.axes import (
    TICK_SIZE,
    axes,
    draw_mark,
    linear_ticks,
    role_of,
    text_width,
    write,
)
from bakeoff.report.pictures.axis_range import Bounds, far_off_left_out
from bakeoff.report.pictures.legend import Entry, draw_legend, legend_height
from bakeoff.report.pictures.svg import Picture, drawing, figure, size_of
from bakeoff.report.race import Race, is_tied, is_untested, seed_values
from bakeoff.summary.document import CandidateSummary, MetricSummary

WIDE = 860
NARROW = 343
"""Widths in CSS pixels: of a page or a README, and of a phone."""

MAX_CANDIDATES = 60

_MAX_NAME = 38
_MARGIN = 12
_SPAN_WIDTH = 92
_AXIS_HEIGHT = 40


@dataclass(frozen=True)
class _Layout:
    """In CSS pixels, of a picture as wide as `width`."""

    width: float
    top: float
    """Of the first row."""
    row_height: float
    name_baseline: float
    """From a row's top."""
    line_height: float
    """Of the interval, from a row's top."""
    plot_left: float
    plot_width: float
    span_width: float
    """Of the column of intervals at the right; 0 without one."""
    is_narrow: bool
    bounds: Bounds
    """Of the axis, in the metric's unit."""


def ranking(race: Race, width: float, title: str = "") -> Picture:
    """Of the first 60 candidates with a result, of which there is at least one.

    `title` stands above, where no page tells what this is.
    """
    shown = race.ranked[:MAX_CANDIDATES]
    with drawing():
        layout = _layout(race, shown, width, 56 if title else 0)
        legend = _legend(race, shown, layout)
        bottom = layout.top + len(shown) * layout.row_height
        height = bottom + _AXIS_HEIGHT + legend_height(legend, width)
        made = figure(width, height + (10 if title else 0))
        if title:
            write(made, _MARGIN, 26, title, size=14, is_bold=True)
            write(made, _MARGIN, 43, subtitle(race), role="muted")
        for row, candidate in enumerate(shown):
            _write_row(made, race, candidate, layout, layout.top + row * layout.row_height)
        _draw_plot(made, race, shown, layout, bottom)
        draw_legend(made, legend, bottom + _AXIS_HEIGHT)
    name = f"ranking-{'narrow' if layout.is_narrow else 'wide'}"
    return Picture(name, made, description(race, shown))


def subtitle(race: Race) -> str:
    """What the numbers are."""
    confidence = numbers.percent(race.summary.statistics.confidence)
    metric = capitalised(race.metric_name)
    return f"{metric} on test: means over the seeds and {confidence} intervals"


def description(race: Race, shown: list[CandidateSummary]) -> str:
    """The picture in words."""
    direction = "higher" if race.higher_is_better else "lower"
    told = ". ".join(_told(race, candidate) for candidate in shown)
    return f"{subtitle(race)}; {direction} is better. {told}."


def _told(race: Race, candidate: CandidateSummary) -> str:
    value = race.quality(candidate)
    told = f"{candidate.rank}: {race.name(candidate)} {numbers.shown(value.mean, numbers.metric)}"
    if value.interval:
        told += f" ({numbers.interval(value.interval)})"
    if candidate.is_baseline:
        told += ", a baseline"
    if is_tied(candidate) and candidate.rank != 1:
        told += ", cannot be told from the best"
    return told


def _layout(race: Race, shown: list[CandidateSummary], width: float, top: float) -> _Layout:
    qualities = [race.quality(candidate) for candidate in shown]
    bounds = far_off_left_out([_span(value) for value in qualities])
    if width < 500:
        plot_left = _MARGIN + 6.0
        return _Layout(width, top, 44, 17, 31, plot_left, width - 2 * plot_left, 0, True, bounds)
    longest = max(text_width(_name(race, one), is_bold=is_tied(one)) for one in shown)
    plot_left = _MARGIN + 26 + longest + 18
    span_width = _SPAN_WIDTH if any(value.interval for value in qualities) else 0
    plot_width = width - plot_left - 58 - span_width - _MARGIN
    return _Layout(width, top, 26, 17, 13, plot_left, plot_width, span_width, False, bounds)


def _name(race: Race, candidate: CandidateSummary) -> str:
    return shortened(" ".join(race.name(candidate).split()), _MAX_NAME)


def _span(value: MetricSummary) -> Bounds:
    ends = [value.mean, *seed_values(value)]
    if value.interval:
        ends += [value.interval.low, value.interval.high]
    return min(ends), max(ends)


def _write_row(
    made: Figure, race: Race, candidate: CandidateSummary, layout: _Layout, top: float
) -> None:
    if is_tied(candidate):
        _draw_band(made, top, layout.row_height)
    value = race.quality(candidate)
    baseline = top + layout.name_baseline
    is_bold = is_tied(candidate)
    right = layout.width - _MARGIN
    write(made, _MARGIN + 16, baseline, str(candidate.rank), align="right", role="muted")
    write(made, _MARGIN + 26, baseline, _name(race, candidate), is_bold=is_bold)
    if value.interval and layout.span_width:
        span = numbers.interval(value.interval)
        write(made, right, baseline, span, align="right", role="muted", size=TICK_SIZE)
    mean = numbers.shown(value.mean, numbers.metric)
    write(made, right - layout.span_width, baseline, mean, align="right", is_bold=is_bold)


def _draw_band(made: Figure, top: float, height: float) -> None:
    total = size_of(made)[1]
    band = Rectangle(
        (0, 1 - (top + height) / total),
        1,
        height / total,
        transform=made.transFigure,
        facecolor=LIGHT["tint"],
        edgecolor="none",
        zorder=-1,
    )
    made.add_artist(band)


def _draw_plot(
    made: Figure, race: Race, shown: list[CandidateSummary], layout: _Layout, bottom: float
) -> None:
    plot = axes(made, layout.plot_left, layout.top, layout.plot_width, bottom - layout.top)
    plot.set_xlim(*layout.bounds)
    plot.set_ylim(bottom - layout.top, 0)
    plot.set_yticks([])
    linear_ticks(plot, "x", 5 if layout.is_narrow else 7)
    plot.axvline(race.quality(shown[0]).mean, color=LIGHT["mark"], linewidth=1, dashes=(2, 3))
    for row, candidate in enumerate(shown):
        height = row * layout.row_height + layout.line_height
        _draw_candidate(plot, race.quality(candidate), candidate, height, layout.bounds)
    _write_direction(made, race, layout, bottom + 30)


def _write_direction(made: Figure, race: Race, layout: _Layout, baseline: float) -> None:
    left, right = layout.plot_left, layout.plot_left + layout.plot_width
    if race.higher_is_better:
        label = f"{race.metric_name}, better →"
        write(made, right, baseline, label, align="right", role="muted", size=TICK_SIZE)
    else:
        label = f"← better, {race.metric_name}"
        write(made, left, baseline, label, role="muted", size=TICK_SIZE)


def _draw_candidate(
    plot: Axes, value: MetricSummary, candidate: CandidateSummary, height: float, bounds: Bounds
) -> None:
    low, high = bounds
    colour = LIGHT[role_of(candidate)]
    if not low <= value.mean <= high:
        edge, marker = (low, "<") if value.mean < low else (high, ">")
        plot.plot(
            [edge],
            [height],
            marker=marker,
            color=colour,
            markersize=7,
            linestyle="none",
            clip_on=False,
        )
        return
    if value.interval:
        ends = [max(low, value.interval.low), min(high, value.interval.high)]
        plot.plot(ends, [height, height], color=colour, linewidth=2)
    seeds = [seed for seed in seed_values(value) if low <= seed <= high]
    if len(seeds) > 1:
        plot.vlines(seeds, height - 5, height + 5, color=LIGHT["mark"], linewidth=1.2, zorder=2)
    draw_mark(plot, value.mean, height, candidate)


def _legend(race: Race, shown: list[CandidateSummary], layout: _Layout) -> list[Entry]:
    """Kinds of marks that occur, each with its meaning."""
    low, high = layout.bounds
    means = [race.quality(candidate).mean for candidate in shown]
    has_tied = any(is_tied(candidate) for candidate in shown[1:])
    tied = "cannot be told from the best" if has_tied else "the best"
    entries = [Entry("o", "blue", "blue", tied)]
    if not all(is_tied(candidate) or is_untested(candidate) for candidate in shown):
        entries.append(Entry("o", "muted", "page", "differs from the best"))
    if any(is_untested(candidate) for candidate in shown):
        entries.append(Entry("o", "mark", "page", "not tested"))
    if any(candidate.is_baseline for candidate in shown):
        entries.append(Entry("s", "muted", "page", "a baseline"))
    if any(len(seed_values(race.quality(candidate))) > 1 for candidate in shown):
        entries.append(Entry("|", "mark", "mark", "one seed"))
    if min(means) < low:
        entries.append(Entry("<", "muted", "muted", "beyond the axis"))
    if max(means) > high:
        entries.append(Entry(">", "muted", "muted", "beyond the axis"))
    return entries
