"""Quality against a price: latency, size, money. The Pareto front is what is worth its price."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from bakeoff.report import numbers
from bakeoff.report.numbers import Format
from bakeoff.report.pareto import pareto_front
from bakeoff.report.phrases import capitalised
from bakeoff.report.pictures.axis import horizontal_axis, label_room, vertical_axis
from bakeoff.report.pictures.axis_range import Bounds, far_off_left_out
from bakeoff.report.pictures.free_places import free_places
from bakeoff.report.pictures.marks import Shape, candidate_mark, mark
from bakeoff.report.pictures.scale import Scale
from bakeoff.report.pictures.svg import (
    SMALL_SIZE,
    Picture,
    Point,
    group,
    line,
    polyline,
    text,
)
from bakeoff.report.pictures.ticks import Tick, linear_ticks, logarithmic_ticks, that_fit
from bakeoff.report.race import Race, is_tied
from bakeoff.summary.document import CandidateSummary, Ownership

WIDTH, HEIGHT = 343, 272
MAX_CANDIDATES = 60
_LEFT, _TOP, _RIGHT, _BOTTOM = 40, 22, 22, 46
_PLOT_RIGHT, _PLOT_BOTTOM = WIDTH - _RIGHT, HEIGHT - _BOTTOM
_MOST_TICKS = 5
_EDGE = 6
"""Pixels from the plot's edge to the mark of a value beyond it."""


@dataclass(frozen=True)
class Price:
    """What quality is compared with; less is better."""

    key: str
    title: str
    form: Format
    of: Callable[[Ownership], float | None]
    absent: str
    """Why there is no picture if no candidate has this price."""


PRICES = (
    Price(
        "latency",
        "latency, median",
        numbers.milliseconds,
        lambda owned: owned.latency_p50_seconds,
        "No job measured its latency.",
    ),
    Price(
        "size",
        "size on disk",
        numbers.size,
        lambda owned: owned.model_bytes,
        "No job reported the size of its model.",
    ),
    Price(
        "cost",
        "cost per million predictions",
        numbers.usd,
        lambda owned: owned.usd_per_million_predictions,
        "There are no prices: the price list was unavailable or lacks the instance, or no job "
        "measured its throughput.",
    ),
)


@dataclass(frozen=True)
class Tradeoff:
    """Candidates that have both the metric and the price, in the order of their ranks.

    Those that have learnt nothing, such as the majority baseline, are left out: to be cheap is no
    merit in them.
    """

    price: Price
    candidates: list[CandidateSummary]
    costs: Mapping[str, float]
    """By the candidate's key."""
    front: list[CandidateSummary]
    """From the cheapest to the best."""

    @classmethod
    def of(cls, race: Race, price: Price) -> "Tradeoff":
        priced = [(one, price.of(one.ownership)) for one in race.ranked if not one.knows_nothing]
        kept = [
            (one, float(cost))
            for one, cost in priced
            if cost is not None and math.isfinite(cost) and math.isfinite(race.quality(one).mean)
        ][:MAX_CANDIDATES]
        candidates = [one for one, _ in kept]
        sign = 1 if race.higher_is_better else -1
        qualities = [sign * race.quality(one).mean for one in candidates]
        front = pareto_front([cost for _, cost in kept], qualities)
        costs = {one.candidate: cost for one, cost in kept}
        return cls(price, candidates, costs, [candidates[i] for i in front])

    def cost_of(self, candidate: CandidateSummary) -> float:
        return self.costs[candidate.candidate]

    def is_on_front(self, candidate: CandidateSummary) -> bool:
        return any(one.candidate == candidate.candidate for one in self.front)


def tradeoff_picture(race: Race, tradeoff: Tradeoff) -> Picture:
    """The picture of the candidates; there must be at least one."""
    spans = [_span(race, one) for one in tradeoff.candidates]
    qualities = Scale(far_off_left_out(spans), _PLOT_BOTTOM, _TOP)
    left = max(_LEFT, label_room(linear_ticks(qualities, _MOST_TICKS)))
    costs = _cost_scale(list(tradeoff.costs.values()), left)
    points = {
        one.candidate: _point(race, tradeoff, one, costs, qualities) for one in tradeoff.candidates
    }
    elements = [
        *_axes(race, tradeoff, costs, qualities),
        *(_interval(race, one, points[one.candidate][0], qualities) for one in tradeoff.candidates),
        _front(race, tradeoff, costs, qualities),
        *_ranks(tradeoff, points, left),
        *(
            _marked(race, tradeoff, one, points[one.candidate])
            for one in reversed(tradeoff.candidates)
        ),
    ]
    return Picture(WIDTH, HEIGHT, description(race, tradeoff), elements)


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


def _cost_scale(costs: Sequence[float], left: float) -> Scale:
    """Logarithmic, unless something costs nothing."""
    low, high = min(costs), max(costs)
    if low <= 0:
        room = 0.06 * high or 1e-9
        return Scale((-room, high + room), left, _PLOT_RIGHT)
    # At least a whole decade, so that small differences do not look large.
    room = max(1.35, (10 * low / high) ** 0.5)
    return Scale((low / room, high * room), left, _PLOT_RIGHT, is_logarithmic=True)


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


def _axes(race: Race, tradeoff: Tradeoff, costs: Scale, qualities: Scale) -> Iterator[Element]:
    yield from horizontal_axis(costs, _cost_ticks(costs, tradeoff.price.form), _TOP, _PLOT_BOTTOM)
    ticks = linear_ticks(qualities, _MOST_TICKS)
    yield from vertical_axis(qualities, ticks, costs.start, _PLOT_RIGHT)
    above = f"{race.metric_name}, {'↑' if race.higher_is_better else '↓'} better"
    yield text(4, 10, above, role="muted", size=SMALL_SIZE)
    below = f"← better, {tradeoff.price.title}"
    yield text(_PLOT_RIGHT, HEIGHT - 12, below, anchor="end", role="muted", size=SMALL_SIZE)


def _interval(race: Race, candidate: CandidateSummary, centre: Point, qualities: Scale) -> Element:
    low, high = (qualities.clamped(end) for end in _span(race, candidate))
    x = centre[0]
    return line((x, qualities.place(low)), (x, qualities.place(high)), "mark", 1.2)


def _front(race: Race, tradeoff: Tradeoff, costs: Scale, qualities: Scale) -> Element:
    """A stair: the quality that a price buys is the best of what costs at most that much."""
    corners = [
        (
            costs.place(tradeoff.cost_of(one)),
            qualities.place(qualities.clamped(race.quality(one).mean)),
        )
        for one in tradeoff.front
    ]
    steps = [corners[0]]
    for (_, height), corner in pairwise(corners):
        steps += [(corner[0], height), corner]
    return polyline([*steps, (_PLOT_RIGHT, corners[-1][1])], "purple", 1.4)


def _point(
    race: Race, tradeoff: Tradeoff, candidate: CandidateSummary, costs: Scale, qualities: Scale
) -> tuple[Point, Shape | None]:
    """Its place, and the triangle that is drawn at the edge if it is beyond the axis."""
    x, quality = costs.place(tradeoff.cost_of(candidate)), race.quality(candidate).mean
    if quality < qualities.bounds[0]:
        return (x, _PLOT_BOTTOM - _EDGE), "down"
    if quality > qualities.bounds[1]:
        return (x, _TOP + _EDGE), "up"
    return (x, qualities.place(quality)), None


def _marked(
    race: Race,
    tradeoff: Tradeoff,
    candidate: CandidateSummary,
    point: tuple[Point, Shape | None],
) -> Element:
    centre, triangle = point
    marks = [candidate_mark(centre, candidate, shape=triangle)]
    if tradeoff.is_on_front(candidate):
        marks.insert(0, mark("circle", centre, 7.5, "purple", "none", 1.4))
    return group(marks, title=_described(race, tradeoff, candidate))


def _ranks(
    tradeoff: Tradeoff, points: Mapping[str, tuple[Point, Shape | None]], left: float
) -> Iterator[Element]:
    """Beside the marks, where there is room; those of the front come first."""
    ordered = sorted(
        tradeoff.candidates, key=lambda one: (not tradeoff.is_on_front(one), one.rank or 0)
    )
    centres = [points[one.candidate][0] for one in ordered]
    box = (left - 8, 4, WIDTH - 4, _PLOT_BOTTOM + 4)
    places = free_places(centres, [str(one.rank) for one in ordered], box)
    for one, place in zip(ordered, places, strict=True):
        if place:
            rank, is_bold = str(one.rank), is_tied(one)
            yield text(*place, rank, anchor="middle", size=SMALL_SIZE, is_bold=is_bold, halo="page")
