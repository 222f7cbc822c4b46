"""The best race that a budget allows, where the request leaves its size to the budget.

A race is better with more models to choose from and with more seeds. Where the budget is too small,
seeds go first: they make the verdict firmer, and the models decide what it is about. Then fewer
models are searched for. Learning rates have no part in it: a model's trials share its job and the
time limit of the job, so the bound does not depend on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bakeoff.cost.budget import is_within_budget
from bakeoff.cost.cost_plan import CostPlan
from bakeoff.cost.token_prices import NO_TOKEN_PRICES, TokenPrices
from bakeoff.cost.upper_bound import Prices, cost_plan, usd
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.request.schema import Request
from bakeoff.request.values import seeds_of_number
from bakeoff.wording import counted, listed

Open = frozenset[Literal["seeds", "found"]]
"""What the request leaves to the budget."""

_MOST_SEEDS = 3
# The least for a comparison.
_FEWEST_MODELS = 2


@dataclass(frozen=True)
class _Size:
    """The size of a race."""

    seeds: int
    found: int | None
    """The most models that the search finds; None without a search."""


def left_to_budget(request: Request) -> Open:
    """Empty without a budget, and where `models` is a list: every model of a list is trained, with
    one seed unless the request gives more."""
    pool = request.pool
    if request.budget_usd is None or pool is None:
        return frozenset()
    given = {
        "seeds": "seeds" in request.model_fields_set,
        "found": pool.search is None or "limit" in pool.search.model_fields_set,
    }
    return frozenset(name for name in ("seeds", "found") if not given[name])


def best_race(
    resolved: ResolvedRequest,
    is_open: Open,
    prices: Prices,
    priced_at: str | None,
    token_prices: TokenPrices = NO_TOKEN_PRICES,
) -> tuple[ResolvedRequest, CostPlan]:
    """The best race within the budget, and its plan with a sentence that says what was chosen.

    The smallest race if none is within the budget, and the race as requested if nothing is open or
    the prices are not known.
    """
    asked = cost_plan(resolved, prices, priced_at, token_prices)
    if not is_open or asked.upper_bound_usd is None:
        return resolved, asked
    larger = ""
    race, plan = resolved, asked
    for size in _sizes(resolved, is_open):
        race = _resized(resolved, size)
        plan = cost_plan(race, prices, priced_at, token_prices)
        if is_within_budget(plan):
            return race, _with_choice(plan, f"The budget allows {_words(size, is_open)}.{larger}")
        bound = usd(plan.upper_bound_usd or 0.0)
        larger = f" With {_words(size, is_open)} the run could cost up to {bound}."
    return race, _with_choice(plan, f"This is the smallest race: {_words(size, is_open)}.")


def _sizes(resolved: ResolvedRequest, is_open: Open) -> Iterator[_Size]:
    """From the best race down to the smallest."""
    found = resolved.search.query.limit if resolved.search else None
    seeds = len(resolved.seeds)
    if "seeds" in is_open:
        for more_seeds in range(_MOST_SEEDS, seeds, -1):
            yield _Size(more_seeds, found)
    yield _Size(seeds, found)
    if found is not None and "found" in is_open:
        fewest = max(1, _FEWEST_MODELS - len(resolved.included))
        for fewer in range(found - 1, fewest - 1, -1):
            yield _Size(seeds, fewer)


def _resized(resolved: ResolvedRequest, size: _Size) -> ResolvedRequest:
    changes: dict[str, object] = {}
    if size.seeds != len(resolved.seeds):
        changes["seeds"] = seeds_of_number(size.seeds)
    if resolved.search is not None:
        query = resolved.search.query.model_copy(update={"limit": size.found})
        changes["search"] = resolved.search.model_copy(update={"query": query})
    return resolved.model_copy(update=changes)


def _words(size: _Size, is_open: Open) -> str:
    words = {
        "found": f"{counted(size.found or 0, 'model')} from the search",
        "seeds": counted(size.seeds, "seed"),
    }
    return listed([text for name, text in words.items() if name in is_open])


def _with_choice(plan: CostPlan, sentence: str) -> CostPlan:
    return plan.model_copy(update={"chosen": [sentence]})
