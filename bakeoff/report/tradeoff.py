"""Quality against a price: which candidates have both, and which are on the Pareto front."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bakeoff.report import numbers
from bakeoff.report.numbers import Format
from bakeoff.report.pareto import pareto_front
from bakeoff.report.race import Race
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.ownership import Ownership

MAX_CANDIDATES = 60


@dataclass(frozen=True)
class Price:
    """What quality is compared with; less is better."""

    key: str
    title: str
    form: Format
    of: Callable[[Ownership], float | None]


PRICES = (
    Price(
        "latency",
        "latency, median",
        numbers.milliseconds,
        lambda owned: owned.latency_p50_seconds,
    ),
    Price(
        "size",
        "size on disk",
        numbers.size,
        lambda owned: owned.model_bytes,
    ),
    Price(
        "cost",
        "cost per million predictions",
        numbers.usd,
        lambda owned: owned.usd_per_million_predictions,
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
