"""Quality against a price: latency, size, money. The Pareto front is what is worth its price."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from bakeoff.report import numbers
from bakeoff.report.numbers import Format
from bakeoff.report.phrases import capitalised
from bakeoff.report.pictures.axis import horizontal_axis, label_room, vertical_axis
from bakeoff.report.pictures.axis_range import Bounds, far_off_left_out
from bakeoff.report.pictures.free_places import free_places
from bakeoff.report.pictures.legend import Entry, legend, legend_height
from bakeoff.report.pictures.marks import Shape, candidate_mark, colours_of, mark
from bakeoff.report.pictures.named_points import named_points
from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.standings import standings
from bakeoff.report.pictures.svg import (
    SMALL_SIZE,
    Picture,
    Point,
    group,
    line,
    polyline,
    text,
)
from bakeoff.report.pictures.text_width import shortened_to
from bakeoff.report.pictures.ticks import Tick, linear_ticks, logarithmic_ticks, that_fit
from bakeoff.report.race import Race, is_tied
from bakeoff.report.tradeoff import Tradeoff
from bakeoff.summary.candidate import CandidateSummary

_LEFT, _RIGHT = 40, 22
_MOST_TICKS = 5
_EDGE = 6
"""Pixels from the plot's edge to the mark of a value beyond it."""
_MAX_NAME_WIDTH = 240

_Places = Mapping[str, tuple[Point, Shape | None]]
"""By the candidate's key: where it is, and the triangle drawn at the edge if that is beyond it."""


@dataclass(frozen=True)
class _Plot:
    """The plot's rectangle and its axes, in CSS pixels."""

    width: float
    top: float
    bottom: float
    costs: Scale
    qualities: Scale

    @classmethod
    def of(cls, race: Race, tradeoff: Tradeoff, width: float, top: float, bottom: float) -> "_Plot":
        spans = [_span(race, one) for one in tradeoff.candidates]
        qualities = Scale(far_off_left_out(spans, race.metric_ends), bottom, top)
        left = max(_LEFT, label_room(linear_ticks(qualities, _MOST_TICKS)))
        costs = _cost_scale(list(tradeoff.costs.values()), left, width - _RIGHT)
        return cls(width, top, bottom, costs, qualities)

    @property
    def right(self) -> float:
        return self.costs.end


def tradeoff_picture(race: Race, tradeoff: Tradeoff) -> Picture:
    """For a page, beside a table that has the names: marks with ranks. There must be at least one
    candidate."""
    width, height = 343, 272
    plot = _Plot.of(race, tradeoff, width, 22, height - 46)
    places = _places(race, tradeoff, plot)
    elements = [
        *_behind(race, tradeoff, plot, places),
        *_ranks(tradeoff, places, plot),
        *_marks(race, tradeoff, places),
    ]
    return Picture(width, height, description(race, tradeoff), elements)


def named_tradeoff_picture(race: Race, tradeoff: Tradeoff, heading: str = "") -> Picture:
    """Wide, with names beside the marks. There must be at least one candidate.

    With a heading it has a legend, too, as for a README, where nothing else explains it.
    """
    width, top = 860, 84 if heading else 22
    bottom = top + 346
    plot = _Plot.of(race, tradeoff, width, top, bottom)
    places = _places(race, tradeoff, plot)
    entries = _legend_entries(tradeoff, places) if heading else []
    elements = [
        *(_heading(race, tradeoff, heading, width) if heading else ()),
        *_behind(race, tradeoff, plot, places),
        *_names(race, tradeoff, places, plot),
        *_marks(race, tradeoff, places),
        *legend(entries, width, bottom + 42),
    ]
    height = bottom + (52 + legend_height(entries, width) if heading else 40)
    return Picture(width, height, description(race, tradeoff), elements)


def description(race: Race, tradeoff: Tradeoff) -> str:
    """The picture in words."""
    points = ". ".join(_described(race, tradeoff, one) for one in tradeoff.candidates)
    front = ", ".join(one.name for one in tradeoff.front)
    metric = capitalised(race.metric_name)
    return f"{metric} against {tradeoff.price.title}. {points}. On the Pareto front: {front}."


def _described(race: Race, tradeoff: Tradeoff, candidate: CandidateSummary) -> str:
    quality = numbers.shown(race.quality(candidate).mean, numbers.metric)
    cost = tradeoff.price.form(tradeoff.cost_of(candidate))
    return f"{candidate.rank}: {candidate.name}, {race.metric_name} {quality}, {cost}"


def _heading(race: Race, tradeoff: Tradeoff, heading: str, width: float) -> Iterator[Element]:
    shown = shortened_to(heading, width - 24, 14, is_bold=True)
    yield text(12, 26, shown, size=14, is_bold=True)
    metric = capitalised(race.metric_name)
    confidence = numbers.percent(race.summary.statistics.confidence)
    what = f"{metric} on test, with {confidence} intervals, against {tradeoff.price.title}"
    yield text(12, 43, what, role="muted")


def _legend_entries(tradeoff: Tradeoff, places: _Places) -> list[Entry]:
    """The kinds of marks that occur."""
    front = Entry("circle", "purple", "page", "on the Pareto front: none is better and cheaper")
    shapes = [(one, places[one.candidate][1]) for one in tradeoff.candidates]
    within = [one for one, triangle in shapes if triangle is None]
    beyond = dict.fromkeys(
        Entry(triangle, *colours_of(one), "beyond the axis")
        for one, triangle in shapes
        if triangle is not None
    )
    return [front, *standings(within, "the best, or tied with it"), *beyond]


def _cost_scale(costs: Sequence[float], left: float, right: float) -> Scale:
    """Logarithmic, unless something costs nothing."""
    low, high = min(costs), max(costs)
    if low <= 0:
        room = 0.06 * high or 1e-9
        return Scale((-room, high + room), left, right)
    # At least a whole decade, so that small differences do not look large.
    room = max(1.35, (10 * low / high) ** 0.5)
    return Scale((low / room, high * room), left, right, is_logarithmic=True)


def _cost_ticks(costs: Scale, form: Format) -> list[Tick]:
    def label(cost: float) -> str:
        return numbers.trimmed(form(cost))

    ticks = logarithmic_ticks if costs.is_logarithmic else linear_ticks
    return that_fit(costs, 6, lambda most: ticks(costs, most, label))


def _span(race: Race, candidate: CandidateSummary) -> Bounds:
    """The interval: it keeps the axis from magnifying small differences."""
    quality = race.quality(candidate)
    if quality.interval is None:
        return quality.mean, quality.mean
    return quality.interval.low, quality.interval.high


def _behind(race: Race, tradeoff: Tradeoff, plot: _Plot, places: _Places) -> Iterator[Element]:
    """The axes, the intervals and the front."""
    yield from _axes(race, tradeoff, plot)
    for interval in _intervals(race, tradeoff, plot, places):
        yield line(*interval, "mark", 1.2)
    yield polyline(_front(race, tradeoff, plot), "purple", 1.4)


def _intervals(
    race: Race, tradeoff: Tradeoff, plot: _Plot, places: _Places
) -> Iterator[tuple[Point, Point]]:
    for one in tradeoff.candidates:
        low, high = (plot.qualities.clamped(end) for end in _span(race, one))
        x = places[one.candidate][0][0]
        yield (x, plot.qualities.place(low)), (x, plot.qualities.place(high))


def _axes(race: Race, tradeoff: Tradeoff, plot: _Plot) -> Iterator[Element]:
    costs, qualities = plot.costs, plot.qualities
    yield from horizontal_axis(
        costs, _cost_ticks(costs, tradeoff.price.form), plot.top, plot.bottom
    )
    yield from vertical_axis(
        qualities, linear_ticks(qualities, _MOST_TICKS), costs.start, costs.end
    )
    above = f"{race.metric_name}, {'↑' if race.higher_is_better else '↓'} better"
    yield text(4, plot.top - 12, above, role="muted", size=SMALL_SIZE)
    below = f"← better, {tradeoff.price.title}"
    yield text(plot.right, plot.bottom + 34, below, anchor="end", role="muted", size=SMALL_SIZE)


def _front(race: Race, tradeoff: Tradeoff, plot: _Plot) -> list[Point]:
    """A stair: the quality that a price buys is the best of what costs at most that much."""
    corners = [
        (
            plot.costs.place(tradeoff.cost_of(one)),
            plot.qualities.place(plot.qualities.clamped(race.quality(one).mean)),
        )
        for one in tradeoff.front
    ]
    steps = [corners[0]]
    for (_, height), corner in pairwise(corners):
        steps += [(corner[0], height), corner]
    return [*steps, (plot.right, corners[-1][1])]


def _places(race: Race, tradeoff: Tradeoff, plot: _Plot) -> _Places:
    return {
        one.candidate: _place(tradeoff.cost_of(one), race.quality(one).mean, plot)
        for one in tradeoff.candidates
    }


def _place(cost: float, quality: float, plot: _Plot) -> tuple[Point, Shape | None]:
    x = plot.costs.place(cost)
    if quality < plot.qualities.bounds[0]:
        return (x, plot.bottom - _EDGE), "down"
    if quality > plot.qualities.bounds[1]:
        return (x, plot.top + _EDGE), "up"
    return (x, plot.qualities.place(quality)), None


def _marks(race: Race, tradeoff: Tradeoff, places: _Places) -> Iterator[Element]:
    """The best one above the others."""
    for one in reversed(tradeoff.candidates):
        centre, triangle = places[one.candidate]
        marks = [candidate_mark(centre, one, shape=triangle)]
        if tradeoff.is_on_front(one):
            marks.insert(0, mark("circle", centre, 7.5, "purple", "none", 1.4))
        yield group(marks, title=_described(race, tradeoff, one))


def _important_first(tradeoff: Tradeoff) -> list[CandidateSummary]:
    return sorted(
        tradeoff.candidates, key=lambda one: (not tradeoff.is_on_front(one), one.rank or 0)
    )


def _ranks(tradeoff: Tradeoff, places: _Places, plot: _Plot) -> Iterator[Element]:
    """Beside the marks, where there is room."""
    ordered = _important_first(tradeoff)
    centres = [places[one.candidate][0] for one in ordered]
    box = (plot.costs.start - 8, 4, plot.width - 4, plot.bottom + 4)
    found = free_places(centres, [str(one.rank) for one in ordered], box)
    for one, place in zip(ordered, found, strict=True):
        if place:
            rank, is_bold = str(one.rank), is_tied(one)
            yield text(*place, rank, anchor="middle", size=SMALL_SIZE, is_bold=is_bold, halo="page")


def _names(race: Race, tradeoff: Tradeoff, places: _Places, plot: _Plot) -> Iterator[Element]:
    ordered = _important_first(tradeoff)
    centres = [places[one.candidate][0] for one in ordered]
    names = [shortened_to(one.name, _MAX_NAME_WIDTH, SMALL_SIZE, is_bold=True) for one in ordered]
    box = (plot.costs.start + 2, plot.top, plot.width - 4, plot.bottom - 2)
    strokes = [
        *pairwise(_front(race, tradeoff, plot)),
        *_intervals(race, tradeoff, plot, places),
    ]
    yield from named_points(centres, names, [is_tied(one) for one in ordered], box, strokes)
