"""What a model costs to own, and the run's estimated and actual time and cost."""

from dataclasses import dataclass

from bakeoff.cost.cost_plan import CostPlan
from bakeoff.report import numbers
from bakeoff.report.race import Race
from bakeoff.report.sections.names import candidate_cell, rank_cell
from bakeoff.report.sections.verdict import when
from bakeoff.report.tables import (
    Cell,
    Column,
    Table,
    number,
    of_the_best,
    text,
    without_empty_columns,
    without_empty_rows,
)
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.ownership import Ownership
from bakeoff.wording import counted, listed

_WHO = [Column("Rank"), Column("Candidate", is_number=False)]
_SIZE_COLUMNS = [
    *_WHO,
    Column("Parameters"),
    Column("Size on disk"),
    Column("Training time", "Mean duration over the seeds"),
    Column("Training, rows/s"),
    Column("Peak memory, training"),
    Column("Peak memory, inference"),
    Column("Memory of", "The whole process, or GPU memory of the model", is_number=False),
    Column("Device", is_number=False),
]
_SPEED_COLUMNS = [
    *_WHO,
    Column("Latency p50", "For one text, including tokenisation"),
    Column("Latency p95"),
    Column("Latency p99"),
    Column("Texts/s, batch 1"),
    Column("Texts/s, batch 32"),
    Column("Tokens per text"),
    Column("Machine", is_number=False),
    Column("Billable", "Seconds of all jobs of the candidate"),
    Column("Cost", "Billable time at the instance's on-demand price"),
    Column("Per million predictions", "At the same price and the higher of the two throughputs"),
]


def ownership_tables(race: Race) -> list[Table]:
    """One table on size and training, one on inference and cost; none if nothing was measured."""
    everyone = [*race.ranked, *race.unranked]
    candidates = [one for one in everyone if one.ownership != Ownership()]
    if not candidates:
        return []
    return [
        _table(
            "Size, memory and training", _SIZE_COLUMNS, [_size_row(race, one) for one in candidates]
        ),
        _table("Speed and cost", _SPEED_COLUMNS, [_speed_row(race, one) for one in candidates]),
    ]


def _table(caption: str, columns: list[Column], rows: list[list[Cell]]) -> Table:
    return of_the_best(without_empty_columns(Table(caption, columns, rows, header_index=1)))


def _size_row(race: Race, candidate: CandidateSummary) -> list[Cell]:
    owned = candidate.ownership
    return [
        rank_cell(candidate),
        candidate_cell(race, candidate),
        number(owned.num_parameters, numbers.quantity),
        number(owned.model_bytes, numbers.size),
        number(owned.training_seconds, numbers.duration),
        number(owned.train_rows_per_second, numbers.significant),
        number(owned.train_peak_bytes, numbers.size),
        number(owned.inference_peak_bytes, numbers.size),
        text({"process": "process", "gpu": "GPU"}.get(owned.memory_of or "")),
        text(owned.device),
    ]


def _speed_row(race: Race, candidate: CandidateSummary) -> list[Cell]:
    owned = candidate.ownership
    return [
        rank_cell(candidate),
        candidate_cell(race, candidate),
        number(owned.latency_p50_seconds, numbers.milliseconds),
        number(owned.latency_p95_seconds, numbers.milliseconds),
        number(owned.latency_p99_seconds, numbers.milliseconds),
        number(owned.inference_rows_per_second_batch_1, numbers.significant),
        number(owned.inference_rows_per_second_batch_32, numbers.significant),
        number(owned.tokens_per_text, numbers.significant),
        text(_machine(owned)),
        number(owned.billable_seconds, _seconds),
        number(owned.cost_usd, numbers.usd),
        number(owned.usd_per_million_predictions, numbers.usd),
    ]


def _machine(owned: Ownership) -> str | None:
    """The instance type, unless the jobs are known to have run elsewhere: then the processor, if
    one was seen."""
    return owned.device if owned.is_elsewhere else owned.instance_type


def _seconds(value: float) -> str:
    return f"{numbers.count(value)}\N{NO-BREAK SPACE}s"


@dataclass(frozen=True)
class SpendingSection:
    table: Table
    by_candidate: Table | None
    notes: list[str]


def spending_section(race: Race) -> SpendingSection:
    """The planned time and cost beside the actual ones; without a plan only the latter."""
    spending = race.summary.spending
    plan = spending.plan
    rows = [
        [
            Cell("Billable time of all training jobs"),
            number(plan.estimated_seconds if plan else None, numbers.duration),
            number(plan.num_jobs * plan.max_runtime_seconds if plan else None, numbers.duration),
            number(spending.billable_seconds, numbers.duration),
        ],
        [
            Cell("Cost"),
            number(plan.estimated_usd if plan else None, numbers.usd),
            number(plan.upper_bound_usd if plan else None, numbers.usd),
            number(spending.cost_usd, numbers.usd),
        ],
    ]
    columns = [
        Column("", is_number=False),
        Column("Estimate"),
        Column("Upper bound"),
        Column("Actual"),
    ]
    whole = Table("Planned and actual cost", columns, rows, is_sortable=False, kind="small")
    table = without_empty_rows(without_empty_columns(whole))
    return SpendingSection(table, _by_candidate(race), _notes(race))


def _by_candidate(race: Race) -> Table | None:
    plan = race.summary.spending.plan
    if plan is None or all(one.seconds is None for one in plan.estimates):
        return None
    estimates = {one.candidate: one for one in plan.estimates}
    columns = [
        Column("Candidate", is_number=False),
        Column("Estimated time"),
        Column("Actual time"),
        Column("Estimated cost"),
        Column("Actual cost"),
        Column("Estimated from", is_number=False),
    ]
    rows = []
    for one in race.summary.candidates:
        estimate = estimates.get(one.candidate)
        rows.append(
            [
                candidate_cell(race, one),
                number(estimate.seconds if estimate else None, numbers.duration),
                number(one.ownership.billable_seconds, numbers.duration),
                number(estimate.usd if estimate else None, numbers.usd),
                number(one.ownership.cost_usd, numbers.usd),
                text(estimate.basis if estimate else None, kind="prose"),
            ]
        )
    table = Table("Planned and actual cost by candidate", columns, rows)
    return of_the_best(without_empty_columns(table))


def _notes(race: Race) -> list[str]:
    plan = race.summary.spending.plan
    if plan is None:
        return ["The run has no cost plan to compare with."]
    notes = [
        f"The upper bound is {counted(plan.num_jobs, 'job')} of at most "
        f"{numbers.duration(plan.max_runtime_seconds)} and the preparation of at most "
        f"{numbers.duration(plan.max_preparation_seconds)}."
    ]
    if plan.budget_usd is not None:
        notes.append(f"The budget was {numbers.usd(plan.budget_usd)}.")
        notes.extend(plan.chosen)
    return [*notes, *_on_prices(race, plan)]


def _on_prices(race: Race, plan: CostPlan) -> list[str]:
    """Which prices the costs are computed from, and whether instances at these prices were used."""
    instances = list(plan.prices_usd_per_hour)
    prices = [
        f"{instance} {numbers.trimmed(numbers.usd(price))} an hour"
        for instance, price in plan.prices_usd_per_hour.items()
        if price is not None
    ]
    missing = [name for name in instances if plan.prices_usd_per_hour[name] is None]
    notes = []
    if race.ran_elsewhere:
        notes.append(
            f"The request asks for {listed(instances) or 'instances of AWS'}, but the jobs ran on "
            "another machine, and AWS billed nothing."
        )
        missing = []
    if prices:
        retrieved = f", retrieved {when(plan.priced_at)}" if plan.priced_at else ""
        notes.append(f"On-demand prices{retrieved}: {', '.join(prices)}.")
    if missing or not (instances or race.ran_elsewhere):
        of = f" of {', '.join(missing)}" if missing else ""
        notes.append(f"The price{of} is unknown, so costs that depend on it are left blank.")
    return notes
