"""Estimates what a request would cost, without starting anything."""

from pathlib import Path

from bakeoff import layout
from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.estimate_here import print_estimate_here
from bakeoff.cli.expected import print_expected
from bakeoff.cli.quotas import compute_of, print_quotas, resolved_for
from bakeoff.cli.tables import Header, print_paragraph, print_plain, print_table
from bakeoff.client.cloud import Cloud
from bakeoff.client.request_file import load_request
from bakeoff.client.results_folder import ResultsFolder
from bakeoff.client.row_counts import counted_rows
from bakeoff.cost.affordable_race import best_race, left_to_budget
from bakeoff.cost.budget import budget_problem
from bakeoff.cost.cost_plan import CostPlan
from bakeoff.cost.estimate import Workload, throughputs, with_estimates
from bakeoff.cost.expected_work import expected_rows, expected_workloads
from bakeoff.cost.past_runs import MAX_PAST_RUNS, PastRun, read_past_runs
from bakeoff.cost.price_list import prices
from bakeoff.cost.rough_estimate import (
    ASSUMED_ROWS,
    assumed_rows_in_words,
    with_rough_estimates,
)
from bakeoff.cost.token_prices import token_prices
from bakeoff.cost.upper_bound import bound_in_words, needed_instances, usd
from bakeoff.errors import RequestError, ServiceError
from bakeoff.hosted_models import allowed_models
from bakeoff.request.resolved import ResolvedRequest


def print_estimate(path: Path, output: Path, is_local: bool, around: Surroundings) -> ExitStatus:
    """Print jobs, prices, the upper bound, and the estimate for each candidate from past runs.

    A run on this machine is estimated from the past runs in `output`; so is any run where there is
    no service but there are such runs, which is said.

    Raises RequestError if the budget does not allow the run, after all of this was printed.
    """
    file = load_request(path)
    if is_local:
        return print_estimate_here(file, output, around)
    try:
        cloud = around.connect()
    except ServiceError as error:
        if not ResultsFolder(output).names():
            raise
        around.note_beside(f"Estimating a run on this machine. {error}")
        return print_estimate_here(file, output, around)
    compute = compute_of(cloud)

    def warn(text: str) -> None:
        print_plain(around.err, f"Warning: {text}")

    asked = resolved_for(cloud, file)
    found = prices(needed_instances(asked), cloud.products, warn)
    of_tokens = token_prices(
        asked, allowed_models(compute.bedrock_models), cloud.token_products, warn
    )
    priced_at = around.clock.now().isoformat(timespec="seconds")
    resolved, plan = best_race(asked, left_to_budget(file.request), found, priced_at, of_tokens)
    past = _past_runs(cloud, around)
    rows, about_rows = expected_rows(resolved, counted_rows(file), past)
    if rows is None:
        rows, about_rows = ASSUMED_ROWS, f"{about_rows} {assumed_rows_in_words()}"
    workloads = expected_workloads(resolved, rows, past)
    plan = with_estimates(plan, workloads, throughputs(past))
    plan = with_rough_estimates(plan, workloads)
    _print(around, resolved, plan, workloads, about_rows)
    print_quotas(cloud, resolved, compute, around)
    problem = budget_problem(resolved, plan)
    if problem is not None:
        raise RequestError([problem])
    return ExitStatus.OK


def _past_runs(cloud: Cloud, around: Surroundings) -> list[PastRun]:
    def warn(text: str) -> None:
        print_plain(around.err, f"Warning: {text}")

    try:
        keys = cloud.newest_keys(layout.PAST_RUNS_PREFIX, MAX_PAST_RUNS)
        return read_past_runs(keys, cloud.read, warn)
    except ServiceError as error:
        warn(f"no past runs: {error}")
        return []


def _print(
    around: Surroundings,
    resolved: ResolvedRequest,
    plan: CostPlan,
    workloads: list[Workload],
    about_rows: str,
) -> None:
    def say(text: str) -> None:
        print_paragraph(around.out, text)

    say(f"{resolved.name} would be {bound_in_words(resolved, plan)}.")
    _print_stages(around, plan)
    bound = plan.upper_bound_usd
    say(
        "Upper bound: not known without the prices."
        if bound is None
        else f"Upper bound: {usd(bound)}."
    )
    is_enough = plan.budget_usd is not None and budget_problem(resolved, plan) is None
    if plan.budget_usd is not None and is_enough:
        say(f"Budget: {usd(plan.budget_usd)}, which is enough.")
        for sentence in plan.chosen:
            say(sentence)
    say("")
    print_expected(around, resolved, plan, workloads, about_rows)


def _print_stages(around: Surroundings, plan: CostPlan) -> None:
    """The bound of each stage, where there are several."""
    if len(plan.stages) < 2:
        return
    headers = [Header("stage"), Header("most jobs", is_number=True)]
    headers += [Header("upper bound", is_number=True)]
    bounds = [each.upper_bound_usd for each in plan.stages]
    known = [bound for bound in bounds if bound is not None]
    is_known = plan.upper_bound_usd is not None and len(known) == len(bounds)
    preparation = (plan.upper_bound_usd or 0.0) - sum(known) if is_known else None
    rows = [
        ["preparation", "1", _bound(preparation)],
        *([each.name, str(each.num_jobs), _bound(each.upper_bound_usd)] for each in plan.stages),
    ]
    print_table(around.out, headers, rows)


def _bound(amount: float | None) -> str:
    return "" if amount is None else usd(amount)
