"""Estimates the time and cost of a run's training jobs from past runs."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bakeoff.cost.cost_plan import CandidateEstimate, CostPlan
from bakeoff.cost.past_runs import PastJob, PastRun, work
from bakeoff.jobs.instances import instance_type_of
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.jobs.recipe import recipe_of
from bakeoff.methods import is_baseline
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Manifest, Rows
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.wording import counted

_SECONDS_PER_HOUR = 3600


@dataclass(frozen=True)
class Workload:
    """The training jobs of a candidate, which differ only in their seed."""

    candidate: str
    model: str
    method: str
    instance_type: str
    num_jobs: int
    """0 if the model could not be prepared."""
    num_parameters: int | None
    rows: Rows | None
    """None if not known yet."""
    epochs: int
    """The maximum: a job may stop early. 0 where the rows decide, which are not known."""
    tokens_per_row: float | None
    """As in `PastJob`; None if not known."""
    note: str = ""
    """A sentence that states what was assumed."""


@dataclass(frozen=True)
class Throughput:
    """A past job with the rows of its data set."""

    job: PastJob
    rows: Rows

    @property
    def work(self) -> float | None:
        job = self.job
        if job.tokens_per_row is None:
            return None
        return work(job.method, self.rows, job.epochs, job.tokens_per_row) or None


def throughputs(runs: Iterable[PastRun]) -> list[Throughput]:
    return [Throughput(job, run.rows) for run in runs for job in run.jobs]


def with_estimates(
    plan: CostPlan, workloads: Sequence[Workload], past: Sequence[Throughput]
) -> CostPlan:
    """The plan with an estimate for each candidate, and their sums if none is missing."""
    estimates = [
        estimate(workload, past, plan.prices_usd_per_hour.get(workload.instance_type))
        for workload in workloads
    ]
    return plan.model_copy(
        update={
            "estimates": estimates,
            "estimated_seconds": _total([each.seconds for each in estimates]),
            "estimated_usd": _total([each.usd for each in estimates]),
        }
    )


def workloads(
    resolved: ResolvedRequest,
    manifest: Manifest,
    data_card: DataCard | None,
    items: Sequence[PlanItem],
) -> list[Workload]:
    """The workload of every candidate, including those without jobs; `items` are the plan's."""
    num_jobs = Counter(item.candidate for item in items)
    rows = manifest.dataset.rows if manifest.dataset else None
    found = []
    for candidate in resolved.candidates:
        model = manifest.model(candidate.candidate)
        found.append(
            Workload(
                candidate=candidate.candidate,
                model=candidate.model,
                method=candidate.method,
                instance_type=instance_type_of(resolved, candidate.method),
                num_jobs=num_jobs[candidate.candidate],
                num_parameters=model.num_parameters if model else None,
                rows=rows,
                epochs=recipe_of(candidate, rows, encoder_parameters=None).epochs if rows else 0,
                tokens_per_row=data_card.tokens_per_row(candidate.candidate) if data_card else None,
            )
        )
    return found


def estimate(
    workload: Workload, past: Sequence[Throughput], price: float | None
) -> CandidateEstimate:
    """Estimates the billable seconds of all the candidate's jobs; `price` is in USD per hour.

    Uses medians over past jobs of the same model, method and instance type. If there are none, it
    uses other models, and assumes that time grows with parameters times tokens.
    """
    if workload.num_jobs == 0:
        return _result(workload, 0.0, price, "The model could not be prepared.")
    if workload.rows is None:
        return _result(workload, None, price, "The number of rows is not known yet.")
    if workload.tokens_per_row is None:
        return _result(workload, None, price, "The length of the texts is not known yet.")
    comparable = [
        each
        for each in past
        if each.work is not None
        and (each.job.method, each.job.instance_type) == (workload.method, workload.instance_type)
    ]
    same = [each for each in comparable if each.job.model == workload.model]
    place = f"with the method {workload.method} on {workload.instance_type}"
    if same:
        seconds = _seconds(workload, workload.rows, same, lambda one: 1.0, 1.0)
        basis = f"From {counted(len(same), 'past job')} of the same model {place}."
        return _result(workload, seconds, price, basis)
    others = [each for each in comparable if each.job.num_parameters]
    if not comparable or is_baseline(workload.method):
        return _result(workload, None, price, f"No past run has a job {place}.")
    if not workload.num_parameters or not others:
        basis = f"Past runs {place} have only other models, and the size of this one is not known."
        return _result(workload, None, price, basis)
    seconds = _seconds(
        workload,
        workload.rows,
        others,
        lambda one: float(one.job.num_parameters or 1),
        float(workload.num_parameters),
    )
    basis = (
        f"From {counted(len(others), 'past job')} of other models {place}, scaled by parameters "
        "and tokens."
    )
    return _result(workload, seconds, price, basis)


def _seconds(
    workload: Workload,
    rows: Rows,
    past: Sequence[Throughput],
    size: Callable[[Throughput], float],
    own_size: float,
) -> float:
    rate = median(each.job.work_seconds / ((each.work or 1) * size(each)) for each in past)
    own_work = work(workload.method, rows, workload.epochs, workload.tokens_per_row or 0)
    fixed = median(each.job.fixed_seconds for each in past)
    billable_share = median(each.job.billable_share for each in past)
    return workload.num_jobs * billable_share * (fixed + rate * own_work * own_size)


def _result(
    workload: Workload, seconds: float | None, price: float | None, basis: str
) -> CandidateEstimate:
    is_priced = seconds is not None and price is not None
    return CandidateEstimate(
        candidate=workload.candidate,
        seconds=seconds,
        usd=(seconds or 0) * (price or 0) / _SECONDS_PER_HOUR if is_priced else None,
        basis=" ".join(filter(None, (basis, workload.note if seconds else ""))),
    )


def _total(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None


def tokens_of_past(runs: Sequence[PastRun], dataset: str, model: str, method: str) -> float | None:
    """Median tokens per row of the model on the data set; of any model if this one is new there."""
    kinds: Mapping[bool, list[float]] = {True: [], False: []}
    for run in runs:
        for job in run.jobs if run.dataset == dataset else ():
            is_alike = is_baseline(job.method) == is_baseline(method)
            if is_alike and job.tokens_per_row is not None:
                kinds[job.model == model].append(job.tokens_per_row)
    found = kinds[True] or kinds[False]
    return median(found) if found else None
