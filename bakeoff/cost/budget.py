"""Whether the budget allows a run."""

import math

from bakeoff.cost.cost_plan import CostPlan
from bakeoff.cost.stages import stages_of
from bakeoff.cost.upper_bound import SECONDS_PER_HOUR, bound_in_words, hourly_usd, usd
from bakeoff.errors import Problem
from bakeoff.request.resolved import ResolvedRequest

_MIN_RUNTIME_SECONDS = 60
# Sums of fractions: a budget that is just enough must not fail at the sixteenth digit.
_ROUNDING = 1e-9


def is_within_budget(plan: CostPlan) -> bool:
    """Whether the upper bound is known and the budget covers it, or there is no budget."""
    budget, bound = plan.budget_usd, plan.upper_bound_usd
    return budget is None or (bound is not None and bound <= budget * (1 + _ROUNDING))


def budget_problem(resolved: ResolvedRequest, plan: CostPlan) -> Problem | None:
    """Why the budget does not allow the run; None if it does or there is no budget."""
    budget, bound = plan.budget_usd, plan.upper_bound_usd
    if budget is None or is_within_budget(plan):
        return None
    if bound is None:
        return _no_price(plan)
    return Problem(
        "budget_usd",
        " ".join(
            [
                f"The run could cost up to {usd(bound)}, and budget_usd is {budget:g}: "
                f"{bound_in_words(resolved, plan)}.",
                *plan.chosen,
            ]
        ),
        _remedy(resolved, plan, budget),
    )


def _no_price(plan: CostPlan) -> Problem:
    prices = {**plan.prices_usd_per_hour, **plan.token_prices}
    missing = [name for name, price in prices.items() if price is None]
    stated = ""
    if None in plan.token_prices.values():
        stated = " The price of tokens can be stated in the deployment's setting bedrock_models."
    return Problem(
        "budget_usd",
        f"The price of {', '.join(missing)} is unknown, so the run cannot be checked against "
        f"its budget_usd of {plan.budget_usd:g}.",
        "Leave out budget_usd, use an instance type that has a price in this region, or try again "
        f"later.{stated}",
    )


def _remedy(resolved: ResolvedRequest, plan: CostPlan, budget: float) -> str:
    """Names a `compute.max_runtime_seconds` that fits the budget, if there is one."""
    prices, compute = plan.prices_usd_per_hour, resolved.compute
    hourly = hourly_usd(resolved, stages_of(resolved), prices)
    preparation = prices[compute.processing_instance_type]
    assert hourly is not None and preparation is not None
    of_tokens = plan.tokens_upper_bound_usd or 0.0
    rest = (budget - of_tokens) * SECONDS_PER_HOUR - plan.max_preparation_seconds * preparation
    fitting_seconds = math.floor(rest / hourly)
    if fitting_seconds >= _MIN_RUNTIME_SECONDS:
        runtime = f"Set compute.max_runtime_seconds to {fitting_seconds} or less"
    else:
        runtime = "Lower compute.max_preparation_seconds and compute.max_runtime_seconds"
    if of_tokens:
        runtime = f"{runtime}, lower max_test_rows or max_length"
    fewer = "" if plan.chosen else " give fewer seeds or models,"
    return f"{runtime},{fewer} or raise budget_usd."
