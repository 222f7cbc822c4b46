"""Quality against a price: latency, size, money. The Pareto front is what is worth its price."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes

from bakeoff.report import numbers
from bakeoff.report.numbers import Format
from bakeoff.report.palette import LIGHT
from bakeoff.report.pareto import pareto_front
from bakeoff.report.phrases import capitalised
from bakeoff.report.pictures.axes import (
    TICK_SIZE,
    axes,
    draw_mark,
    linear_ticks,
    log_ticks,
    write,
)
from bakeoff.report.pictures.axis_range import Bounds, far_off_left_out
from bakeoff.report.pictures.free_places import Point, free_places
from bakeoff.report.pictures.svg import Picture, drawing, figure
from bakeoff.report.race import Race, is_tied
from bakeoff.summary.document import CandidateSummary, Ownership

WIDTH, HEIGHT = 343, 272
MAX_CANDIDATES = 60
_LEFT, _TOP, _RIGHT, _BOTTOM = 40, 22, 22, 46
_PLOT_WIDTH, _PLOT_HEIGHT = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM


@dataclass(frozen=True)
class Price:
    """What a candidate is weighed against; less is better."""

    key: str
    title: str
    form: Format
    of: Callable[[Ownership], float | None]
    absent: str
    """Why there is no picture where no candidate has one."""


PRICES = (
    Price(
        "latency",
        "latency, median",
        numbers.milliseconds,
        lambda owned: owned.latency_p50_seconds,
        "No job measured how long an answer takes.",
    ),
    Price(
        "size",
        "size on disk",
        numbers.size,
        lambda owned: owned.model_bytes,
        "No job told how large its model is.",
    ),
    Price(
        "cost",
        "cost per million predictions",
        numbers.usd,
        lambda owned: owned.usd_per_million_predictions,
        "No prices: the price list could not be asked or has no such instance, or no job measured "
        "its throughput.",
    ),
)


@dataclass(frozen=True)
class Tradeoff:
    """Candidates that have both, in the order of their ranks."""

    price: Price
    candidates: list[CandidateSummary]
    costs: Mapping[str, float]
    """By the candidate's key."""
    front: list[CandidateSummary]
    """From the cheapest to the best."""

    @classmethod
    def of(cls, race: Race, price: Price) -> "Tradeoff":
        priced = [(one, price.of(one.ownership)) for one in race.ranked]
        kept = [(one, float(cost)) for one, cost in priced if cost is not None][:MAX_CANDIDATES]
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
    """Of at least one candidate."""
    with drawing():
        made = figure(WIDTH, HEIGHT)
        plot = axes(made, _LEFT, _TOP, _PLOT_WIDTH, _PLOT_HEIGHT)
        _scale(plot, race, tradeoff)
        _draw_front(plot, race, tradeoff)
        points = [_draw_point(plot, race, tradeoff, one) for one in reversed(tradeoff.candidates)]
        ranks = [str(one.rank) for one in tradeoff.candidates]
        box = (_LEFT - 8, 4, WIDTH - 4, HEIGHT - _BOTTOM + 4)
        places = free_places(points[::-1], ranks, box)
        for one, rank, place in zip(tradeoff.candidates, ranks, places, strict=True):
            write(made, *place, rank, align="center", size=TICK_SIZE, is_bold=is_tied(one))
        arrow = "↑ better" if race.higher_is_better else "↓ better"
        write(made, 4, 10, f"{race.metric_name}, {arrow}", role="muted", size=TICK_SIZE)
        below = f"← better, {tradeoff.price.title}"
        write(made, WIDTH - _RIGHT, HEIGHT - 12, below, align="right", role="muted", size=TICK_SIZE)
    return Picture(
        f"tradeoff-{tradeoff.price.key}",
        made,
        description(race, tradeoff),
        {_gid(one): _told(race, tradeoff, one) for one in tradeoff.candidates},
    )


def description(race: Race, tradeoff: Tradeoff) -> str:
    """The picture in words."""
    told = ". ".join(_told(race, tradeoff, one) for one in tradeoff.candidates)
    front = ", ".join(race.name(one) for one in tradeoff.front)
    metric = capitalised(race.metric_name)
    return f"{metric} against {tradeoff.price.title}. {told}. On the Pareto front: {front}."


def _told(race: Race, tradeoff: Tradeoff, candidate: CandidateSummary) -> str:
    quality = numbers.shown(race.quality(candidate).mean, numbers.metric)
    cost = tradeoff.price.form(tradeoff.cost_of(candidate))
    return f"{candidate.rank}: {race.name(candidate)}, {race.metric_name} {quality}, {cost}"


def _scale(plot: Axes, race: Race, tradeoff: Tradeoff) -> None:
    plot.set_ylim(*far_off_left_out([_span(race, one) for one in tradeoff.candidates]))
    linear_ticks(plot, "y", 5)
    costs = list(tradeoff.costs.values())

    def label(place: float) -> str:
        return numbers.trimmed(tradeoff.price.form(place))

    if min(costs) > 0:
        plot.set_xscale("log")
        # At least a whole decade, so that small differences do not look large.
        room = max(1.35, (10 / (max(costs) / min(costs))) ** 0.5)
        plot.set_xlim(min(costs) / room, max(costs) * room)
        log_ticks(plot, "x", 4, label)
    else:
        plot.set_xlim(-0.06 * max(costs) - 1e-9, 1.06 * max(costs) + 1e-9)
        linear_ticks(plot, "x", 4, label)


def _span(race: Race, candidate: CandidateSummary) -> Bounds:
    """The interval, which keeps a narrow axis from making much of little."""
    quality = race.quality(candidate)
    if quality.interval is None:
        return quality.mean, quality.mean
    return quality.interval.low, quality.interval.high


def _draw_front(plot: Axes, race: Race, tradeoff: Tradeoff) -> None:
    """A stair: what is to be had for a price is the best of what is cheaper."""
    xs = [tradeoff.cost_of(one) for one in tradeoff.front]
    ys = [race.quality(one).mean for one in tradeoff.front]
    plot.step(
        [*xs, plot.get_xlim()[1]],
        [*ys, ys[-1]],
        where="post",
        color=LIGHT["purple"],
        linewidth=1.4,
        zorder=1.5,
    )


def _gid(candidate: CandidateSummary) -> str:
    return f"candidate-{candidate.rank}"


def _draw_point(plot: Axes, race: Race, tradeoff: Tradeoff, candidate: CandidateSummary) -> Point:
    """Where it is, in CSS pixels from the figure's upper left corner.

    What is beyond the axis is drawn at its edge, as a triangle.
    """
    x, y = tradeoff.cost_of(candidate), race.quality(candidate).mean
    low, high = plot.get_ylim()
    marker = "v" if y < low else "^" if y > high else ""
    if not marker:
        span = _span(race, candidate)
        plot.plot([x, x], span, color=LIGHT["mark"], linewidth=1.2, zorder=1.4)
    edge = 0.035 * (high - low)
    y = min(max(y, low + edge), high - edge) if marker else y
    if tradeoff.is_on_front(candidate):
        plot.plot(
            [x],
            [y],
            "o",
            markersize=15,
            markerfacecolor="none",
            markeredgecolor=LIGHT["purple"],
            markeredgewidth=1.4,
            clip_on=False,
            zorder=2,
        )
    draw_mark(plot, x, y, candidate, gid=_gid(candidate), marker=marker)
    left, from_bottom = plot.transData.transform((x, y))
    return float(left), HEIGHT - float(from_bottom)
