import re

import pytest

from bakeoff.cost.budget import budget_problem
from bakeoff.cost.upper_bound import cost_plan, needed_instances, usd
from tests.support.run_samples import resolved_with

PRICES = {"ml.g5.xlarge": 1.5, "ml.m5.xlarge": 0.25, "ml.m5.2xlarge": 0.5}


def planned_costs(prices=PRICES, **changes):
    resolved = resolved_with(**changes)
    return resolved, cost_plan(resolved, prices, "2026-03-01T12:00:00+00:00")


def problem_of(prices=PRICES, **changes):
    return budget_problem(*planned_costs(prices, **changes))


def test_the_bound_is_every_job_and_the_preparation_for_as_long_as_they_may_run():
    compute = {"max_runtime_seconds": 7200, "max_preparation_seconds": 3600}
    _, plan = planned_costs(seeds=3, baselines=True, compute=compute, budget_usd=100)
    # 2 models with 3 seeds and 2 baselines, whose seeds would give the same.
    assert plan.num_jobs == 8
    assert plan.upper_bound_usd == pytest.approx(6 * 2 * 1.5 + 2 * 2 * 0.25 + 0.5)
    assert (plan.max_runtime_seconds, plan.max_preparation_seconds) == (7200, 3600)
    assert (plan.budget_usd, plan.prices_usd_per_hour) == (100, PRICES)
    assert plan.estimates == []


def test_only_the_instances_that_are_used_are_asked_for():
    assert needed_instances(resolved_with()) == [
        ("ml.g5.xlarge", "Training"),
        ("ml.m5.2xlarge", "Processing"),
    ]
    assert ("ml.m5.xlarge", "Training") in needed_instances(resolved_with(baselines=True))


def test_without_a_price_there_is_no_bound():
    for missing in PRICES:
        _, plan = planned_costs(PRICES | {missing: None}, baselines=True)
        assert plan.upper_bound_usd is None


def test_a_request_without_a_budget_needs_no_price():
    assert problem_of() is None
    assert problem_of({}) is None


def test_a_budget_that_is_just_enough_is_enough():
    _, plan = planned_costs(seeds=3)
    assert problem_of(seeds=3, budget_usd=plan.upper_bound_usd) is None
    assert problem_of(seeds=3, budget_usd=plan.upper_bound_usd - 0.001) is not None


def test_a_budget_below_the_bound_is_reported_with_the_figures_and_a_runtime_that_fits():
    compute = {"max_preparation_seconds": 3600}
    problem = problem_of(seeds=3, baselines=True, compute=compute, budget_usd=25)
    assert problem.field == "budget_usd"
    assert "up to 38.50 USD, and budget_usd is 25" in problem.problem
    assert "8 training jobs of up to 4 h" in problem.problem
    assert "6 on ml.g5.xlarge (1.5 USD per hour)" in problem.problem
    assert "2 on ml.m5.xlarge (0.25 USD per hour)" in problem.problem
    assert "1 h on ml.m5.2xlarge (0.5 USD per hour)" in problem.problem
    (seconds,) = re.findall(r"compute.max_runtime_seconds to (\d+) or less", problem.remedy)
    assert all(word in problem.remedy for word in ("fewer seeds or models", "raise budget_usd"))
    for change, is_allowed in ((0, True), (1, False)):
        runtime = compute | {"max_runtime_seconds": int(seconds) + change}
        found = problem_of(seeds=3, baselines=True, compute=runtime, budget_usd=25)
        assert (found is None) == is_allowed


def test_where_no_runtime_fits_the_preparation_is_named():
    problem = problem_of(budget_usd=1)
    assert problem.remedy.startswith("Lower compute.max_preparation_seconds")


def test_a_budget_without_a_known_price_is_refused():
    problem = problem_of(PRICES | {"ml.g5.xlarge": None}, budget_usd=1e6)
    assert problem.field == "budget_usd"
    assert "ml.g5.xlarge is unknown" in problem.problem
    assert "ml.m5.2xlarge" not in problem.problem


def test_amounts_are_rounded_up_to_cents():
    assert [usd(1.0), usd(25.001), usd(0.1 + 0.2), usd(1234.5)] == [
        "1.00 USD",
        "25.01 USD",
        "0.30 USD",
        "1,234.50 USD",
    ]


def test_the_bound_is_that_of_the_dearest_instance_that_a_job_may_run_on():
    compute = {"fallback_instance_types": ["ml.g6.xlarge", "ml.g5.2xlarge"]}
    prices = PRICES | {"ml.g6.xlarge": 1.0, "ml.g5.2xlarge": 2.5}
    resolved, plan = planned_costs(prices, compute=compute, baselines=True)
    assert {("ml.g6.xlarge", "Training"), ("ml.g5.2xlarge", "Training")} < set(
        needed_instances(resolved)
    )
    hours = resolved.compute.max_runtime_seconds / 3600
    assert plan.upper_bound_usd == pytest.approx(hours * (2 * 2.5 + 2 * 0.25) + 24 * 0.5)
    words = problem_of(prices, compute=compute, budget_usd=1).problem
    assert "2 on ml.g5.xlarge (1.5 USD per hour) or ml.g6.xlarge (1 USD per hour) or" in words
    _, plan = planned_costs(prices | {"ml.g6.xlarge": None}, compute=compute)
    assert plan.upper_bound_usd is None
