"""The most that a run can cost: every job of every stage, for as long as it may run."""

import math
from collections.abc import Mapping, Sequence

from bakeoff.cost.cost_plan import CostPlan, StageCost
from bakeoff.cost.price_list import Component
from bakeoff.cost.stages import jobs_in_words, num_jobs, stage_names, stages_of
from bakeoff.cost.token_prices import (
    NO_TOKEN_PRICES,
    TokenPrices,
    bounds_of,
    tokens_bound_usd,
)
from bakeoff.hosted_models import TokenPrice
from bakeoff.jobs.instances import instance_types_of
from bakeoff.race.stage_bounds import StageBound
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.wording import counted, duration

SECONDS_PER_HOUR = 3600

Prices = Mapping[str, float | None]
"""US dollars per hour by instance type; None where a price is unknown."""


def needed_instances(resolved: ResolvedRequest) -> list[tuple[str, Component]]:
    """The instance types whose prices the upper bound needs."""
    training = dict.fromkeys(
        each for types, _ in _jobs_by_types(resolved, stages_of(resolved)) for each in types
    )
    return [
        *((instance_type, "Training") for instance_type in training),
        (resolved.compute.processing_instance_type, "Processing"),
    ]


def cost_plan(
    resolved: ResolvedRequest,
    prices: Prices,
    priced_at: str | None,
    token_prices: TokenPrices = NO_TOKEN_PRICES,
) -> CostPlan:
    """The upper bound without an estimate, which needs the data."""
    compute, stages = resolved.compute, stages_of(resolved)
    of_tokens = tokens_bound_usd(resolved, token_prices)
    costs = [
        StageCost(
            name=name,
            stage=stage.stage,
            num_jobs=num_jobs(stage),
            upper_bound_usd=_sum(
                [
                    _stage_bound(resolved, stage, prices),
                    # Hosted models take part in the final alone.
                    of_tokens if stage.stage == "final" else 0.0,
                ]
            ),
        )
        for name, stage in zip(stage_names(stages), stages, strict=True)
    ]
    return CostPlan(
        prices_usd_per_hour=dict(prices),
        token_prices=dict(token_prices),
        tokens_upper_bound_usd=of_tokens,
        priced_at=priced_at,
        num_jobs=sum(each.num_jobs for each in costs),
        stages=costs,
        max_runtime_seconds=compute.max_runtime_seconds,
        max_preparation_seconds=compute.max_preparation_seconds,
        upper_bound_usd=_sum(
            [_preparation_bound(resolved, prices), *(each.upper_bound_usd for each in costs)]
        ),
        budget_usd=resolved.budget_usd,
    )


def bound_in_words(resolved: ResolvedRequest, plan: CostPlan) -> str:
    """The terms of the upper bound, without a full stop."""
    jobs = [
        f"{count} on {' or '.join(_priced(each, plan) for each in types)}"
        for types, count in _jobs_by_types(resolved, stages_of(resolved))
    ]
    preparation = _priced(resolved.compute.processing_instance_type, plan)
    most = num_each = ""
    if len(plan.stages) > 1:
        names, counts = zip(*((each.name, each.num_jobs) for each in plan.stages), strict=True)
        most, num_each = "at most ", f" ({jobs_in_words(names, counts)})"
    return (
        f"{most}{counted(plan.num_jobs, 'training job')}{num_each} of up to "
        f"{duration(plan.max_runtime_seconds)} each, {' and '.join(jobs)}, and the preparation of "
        f"up to {duration(plan.max_preparation_seconds)} on {preparation}"
        f"{_tokens_in_words(resolved, plan)}"
    )


def _tokens_in_words(resolved: ResolvedRequest, plan: CostPlan) -> str:
    """For each hosted model; empty without."""
    return "".join(
        f", and for {model} {bound.num_requests:,} requests with at most {bound.input_tokens:,} "
        f"tokens and {bound.output_tokens:,} tokens of answers "
        f"({_token_price(plan.token_prices.get(model))})"
        for model, bound in bounds_of(resolved)
    )


def _token_price(price: TokenPrice | None) -> str:
    if price is None:
        return "no price known"
    return f"{price.input_usd:g} and {price.output_usd:g} USD per million tokens"


def hourly_usd(
    resolved: ResolvedRequest, stages: Sequence[StageBound], prices: Prices
) -> float | None:
    """The price of one hour of every job, each on the dearest of the instances that it may run on;
    None if a price is unknown."""
    jobs = _jobs_by_types(resolved, stages)
    return _sum([_times(count, _dearest(types, prices)) for types, count in jobs])


def usd(amount: float) -> str:
    """Rounds up to whole cents, so that a bound is never shown too low."""
    return f"{math.ceil(round(amount * 100, 6)) / 100:,.2f} USD"


def _jobs_by_types(
    resolved: ResolvedRequest, stages: Sequence[StageBound]
) -> list[tuple[list[str], int]]:
    """The most jobs with the instance types that they may run on, where there are any."""
    models = sum(stage.model_jobs for stage in stages)
    baselines = sum(stage.baseline_jobs for stage in stages)
    of_models = instance_types_of(resolved, uses_gpu=True)
    of_baselines = instance_types_of(resolved, uses_gpu=False)
    if of_models == of_baselines:
        models, baselines = models + baselines, 0
    jobs = [(of_models, models), (of_baselines, baselines)]
    return [(types, count) for types, count in jobs if count]


def _stage_bound(resolved: ResolvedRequest, stage: StageBound, prices: Prices) -> float | None:
    hours = resolved.compute.max_runtime_seconds / SECONDS_PER_HOUR
    return _times(hours, hourly_usd(resolved, [stage], prices))


def _preparation_bound(resolved: ResolvedRequest, prices: Prices) -> float | None:
    compute = resolved.compute
    hours = compute.max_preparation_seconds / SECONDS_PER_HOUR
    return _times(hours, prices.get(compute.processing_instance_type))


def _dearest(instance_types: Sequence[str], prices: Prices) -> float | None:
    known = [price for each in instance_types if (price := prices.get(each)) is not None]
    return max(known) if len(known) == len(instance_types) else None


def _priced(instance_type: str, plan: CostPlan) -> str:
    price = plan.prices_usd_per_hour.get(instance_type)
    hourly = "no price known" if price is None else f"{price:g} USD per hour"
    return f"{instance_type} ({hourly})"


def _times(factor: float, amount: float | None) -> float | None:
    return None if amount is None else factor * amount


def _sum(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
