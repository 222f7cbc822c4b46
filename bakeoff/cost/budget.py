"""The upper bound of a run's cost, and whether the budget allows it."""

import math
from collections.abc import Mapping

from bakeoff.cost.cost_plan import CostPlan
from bakeoff.cost.price_list import Component
from bakeoff.errors import Problem
from bakeoff.jobs.instances import num_training_jobs, possible_instance_types
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.wording import counted

_SECONDS_PER_HOUR = 3600
_MIN_RUNTIME_SECONDS = 60
# Sums of fractions: a budget that is just enough must not fail at the sixteenth digit.
_ROUNDING = 1e-9


def needed_instances(resolved: ResolvedRequest) -> list[tuple[str, Component]]:
    """The instance types whose prices the upper bound needs."""
    possible = possible_instance_types(resolved).values()
    training = dict.fromkeys(each for instance_types in possible for each in instance_types)
    return [
        *((instance_type, "Training") for instance_type in training),
        (resolved.compute.processing_instance_type, "Processing"),
    ]


def cost_plan(
    resolved: ResolvedRequest, prices: Mapping[str, float | None], priced_at: str | None
) -> CostPlan:
    """The upper bound without an estimate, which needs the data; `prices` are by instance type."""
    compute = resolved.compute
    return CostPlan(
        prices_usd_per_hour=dict(prices),
        priced_at=priced_at,
        num_jobs=num_training_jobs(resolved).total(),
        max_runtime_seconds=compute.max_runtime_seconds,
        max_preparation_seconds=compute.max_preparation_seconds,
        upper_bound_usd=_upper_bound(resolved, prices),
        budget_usd=resolved.budget_usd,
    )


def budget_problem(resolved: ResolvedRequest, plan: CostPlan) -> Problem | None:
    """Why the budget does not allow the run; None if it does or there is no budget."""
    budget, bound = plan.budget_usd, plan.upper_bound_usd
    if budget is None:
        return None
    if bound is None:
        return _no_price(plan)
    if bound <= budget * (1 + _ROUNDING):
        return None
    return Problem(
        "budget_usd",
        f"The run could cost up to {usd(bound)}, and budget_usd is {budget:g}: "
        f"{bound_in_words(resolved, plan)}.",
        _remedy(resolved, plan, budget),
    )


def bound_in_words(resolved: ResolvedRequest, plan: CostPlan) -> str:
    """The terms of the upper bound, without a full stop."""
    possible = possible_instance_types(resolved)
    jobs = [
        f"{num_jobs} on {' or '.join(_priced(each, plan) for each in possible[first])}"
        for first, num_jobs in num_training_jobs(resolved).items()
    ]
    preparation = _priced(resolved.compute.processing_instance_type, plan)
    return (
        f"{counted(plan.num_jobs, 'training job')} of up to {plan.max_runtime_seconds} seconds "
        f"each, {' and '.join(jobs)}, and the preparation of up to {plan.max_preparation_seconds} "
        f"seconds on {preparation}"
    )


def _priced(instance_type: str, plan: CostPlan) -> str:
    price = plan.prices_usd_per_hour.get(instance_type)
    hourly = "no price known" if price is None else f"{price:g} USD per hour"
    return f"{instance_type} ({hourly})"


def usd(amount: float) -> str:
    """Rounds up to whole cents, so that a bound is never shown too low."""
    return f"{math.ceil(round(amount * 100, 6)) / 100:,.2f} USD"


def _upper_bound(resolved: ResolvedRequest, prices: Mapping[str, float | None]) -> float | None:
    preparation = prices.get(resolved.compute.processing_instance_type)
    hourly = _hourly(resolved, prices)
    if preparation is None or hourly is None:
        return None
    compute = resolved.compute
    seconds_times_price = (
        compute.max_runtime_seconds * hourly + compute.max_preparation_seconds * preparation
    )
    return seconds_times_price / _SECONDS_PER_HOUR


def _hourly(resolved: ResolvedRequest, prices: Mapping[str, float | None]) -> float | None:
    """The price of one hour with all jobs running, each on the dearest of the instances that it may
    run on; None if a price is unknown."""
    total = 0.0
    possible = possible_instance_types(resolved)
    for first, num_jobs in num_training_jobs(resolved).items():
        known = [price for each in possible[first] if (price := prices.get(each)) is not None]
        if len(known) < len(possible[first]):
            return None
        total += num_jobs * max(known)
    return total


def _no_price(plan: CostPlan) -> Problem:
    missing = [name for name, price in plan.prices_usd_per_hour.items() if price is None]
    return Problem(
        "budget_usd",
        f"The price of {', '.join(missing)} is unknown, so the run cannot be checked against "
        f"its budget_usd of {plan.budget_usd:g}.",
        "Leave out budget_usd, use an instance type that has a price in this region, or try again "
        "later.",
    )


def _remedy(resolved: ResolvedRequest, plan: CostPlan, budget: float) -> str:
    """Names a `compute.max_runtime_seconds` that fits the budget, if there is one."""
    prices, compute = plan.prices_usd_per_hour, resolved.compute
    hourly = _hourly(resolved, prices)
    preparation = prices[compute.processing_instance_type]
    assert hourly is not None and preparation is not None
    rest = budget * _SECONDS_PER_HOUR - plan.max_preparation_seconds * preparation
    fitting_seconds = math.floor(rest / hourly)
    if fitting_seconds >= _MIN_RUNTIME_SECONDS:
        runtime = f"Set compute.max_runtime_seconds to {fitting_seconds} or less"
    else:
        runtime = "Lower compute.max_preparation_seconds and compute.max_runtime_seconds"
    return f"{runtime}, give fewer seeds or models, or raise budget_usd."
