"""What past runs, or else rough figures, lead to expect of a run, candidate by candidate."""

from collections.abc import Sequence

from bakeoff.cli.commands import Surroundings
from bakeoff.cli.tables import Header, print_paragraph, print_table
from bakeoff.cost.cost_plan import CandidateEstimate, CostPlan
from bakeoff.cost.estimate import Workload
from bakeoff.cost.expected_work import FOUND
from bakeoff.cost.upper_bound import usd
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.summary.display_names import display_names
from bakeoff.wording import duration


def print_expected(
    around: Surroundings,
    resolved: ResolvedRequest,
    plan: CostPlan,
    workloads: Sequence[Workload],
    about_rows: str,
) -> None:
    """A line for each candidate, with dollars where any are known, and the sum."""

    def say(text: str) -> None:
        print_paragraph(around.out, text)

    say(f"{_source(plan)} {about_rows}")
    if len(plan.stages) > 1:
        say("Each model is taken to be as likely to go on as any other.")
    names = display_names(resolved.candidates) | {FOUND: FOUND}
    has_prices = any(price is not None for price in plan.prices_usd_per_hour.values())
    headers = [Header("candidate"), Header("jobs", is_number=True), Header("time", is_number=True)]
    headers += [Header("USD", is_number=True)] if has_prices else []
    headers += [Header("why", is_sentence=True)]
    rows = [
        _row(names[estimate.candidate], estimate, workload, has_prices)
        for estimate, workload in zip(plan.estimates, workloads, strict=True)
    ]
    print_table(around.out, headers, rows)
    if plan.estimated_seconds is not None:
        cost = "" if plan.estimated_usd is None else f", {usd(plan.estimated_usd)}"
        is_rough = any(each.is_rough for each in plan.estimates)
        say(f"All training jobs: {_told(plan.estimated_seconds, is_rough=is_rough)}{cost}.")


def _source(plan: CostPlan) -> str:
    are_rough = [each.is_rough for each in plan.estimates if each.seconds is not None]
    if not any(are_rough):
        return "Expected, by past runs."
    if all(are_rough):
        return "Expected, roughly, as no past run tells: it may take several times more or less."
    return "Expected, by past runs where there are any, else roughly."


def _told(seconds: float, *, is_rough: bool) -> str:
    return f"about {duration(60 * max(1, round(seconds / 60)))}" if is_rough else duration(seconds)


def _row(name: str, estimate: CandidateEstimate, workload: Workload, has_prices: bool) -> list[str]:
    dollars = ["" if estimate.usd is None else f"{estimate.usd:.2f}"] if has_prices else []
    return [
        name,
        f"{0 if workload.is_failed else round(workload.part.jobs, 1):g}",
        "" if estimate.seconds is None else _told(estimate.seconds, is_rough=estimate.is_rough),
        *dollars,
        estimate.basis,
    ]
