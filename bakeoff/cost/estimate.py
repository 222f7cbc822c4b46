"""What the training jobs of a run are expected to take, by what past runs took."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bakeoff.cost.cost_plan import CandidateEstimate, CostPlan
from bakeoff.cost.past_runs import PastJob, PastRun, work
from bakeoff.jobs.instances import instance_type_of
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.methods import is_baseline
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Manifest, Rows
from bakeoff.request.resolved import ResolvedRequest

_SECONDS_PER_HOUR = 3600


@dataclass(frozen=True)
class Workload:
    """The training jobs of a candidate, which differ in their seed alone."""

    candidate: str
    model: str
    method: str
    instance_type: str
    num_jobs: int
    """0 if the model could not be prepared."""
    num_parameters: int | None
    rows: Rows | None
    """None where they are not known yet."""
    epochs: int
    """At most: a job may stop early."""
    tokens_per_row: float | None
    """As `PastJob` has it; None where it is not known."""
    note: str = ""
    """A sentence on what was assumed."""


@dataclass(frozen=True)
class Throughput:
    """A past job with the rows it worked on."""

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
    """The plan with an estimate of each candidate, and their sums where none is missing."""
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
    """Of every candidate, those without jobs included; `items` are the plan's."""
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
                epochs=candidate.hyperparameters.epochs,
                tokens_per_row=data_card.tokens_per_row(candidate.candidate) if data_card else None,
            )
        )
    return found


def estimate(
    workload: Workload, past: Sequence[Throughput], price: float | None
) -> CandidateEstimate:
    """Billable seconds of all the candidate's jobs; `price` is in US dollars per hour.

    Medians over past jobs of the same model, method and instance type. If there are none, over
    other models, whose seconds are taken to grow with parameters times tokens.
    """
    if workload.num_jobs == 0:
        return _told(workload, 0.0, price, "Its model could not be prepared: it is not trained.")
    if workload.rows is None:
        return _told(workload, None, price, "How many rows there are is not known yet.")
    if workload.tokens_per_row is None:
        return _told(workload, None, price, "How long its texts are is not known yet.")
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
        basis = f"From {_jobs(same)} of the same model {place}."
        return _told(workload, seconds, price, basis)
    others = [each for each in comparable if each.job.num_parameters]
    if not comparable or is_baseline(workload.method):
        return _told(workload, None, price, f"No past run tells of a job {place}.")
    if not workload.num_parameters or not others:
        basis = f"Past runs tell of other models {place} alone, and this one's size is not known."
        return _told(workload, None, price, basis)
    seconds = _seconds(
        workload,
        workload.rows,
        others,
        lambda one: float(one.job.num_parameters or 1),
        float(workload.num_parameters),
    )
    basis = f"From {_jobs(others)} of other models {place}, by parameters and tokens."
    return _told(workload, seconds, price, basis)


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


def _told(
    workload: Workload, seconds: float | None, price: float | None, basis: str
) -> CandidateEstimate:
    is_priced = seconds is not None and price is not None
    return CandidateEstimate(
        candidate=workload.candidate,
        seconds=seconds,
        usd=(seconds or 0) * (price or 0) / _SECONDS_PER_HOUR if is_priced else None,
        basis=" ".join(filter(None, (basis, workload.note if seconds else ""))),
    )


def _jobs(past: Sequence[Throughput]) -> str:
    return f"{len(past)} past job" if len(past) == 1 else f"{len(past)} past jobs"


def _total(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None


def tokens_of_past(runs: Sequence[PastRun], dataset: str, model: str, method: str) -> float | None:
    """Tokens per row of that model on that data set, or if it is new there, of any model."""
    kinds: Mapping[bool, list[float]] = {True: [], False: []}
    for run in runs:
        for job in run.jobs if run.dataset == dataset else ():
            is_alike = is_baseline(job.method) == is_baseline(method)
            if is_alike and job.tokens_per_row is not None:
                kinds[job.model == model].append(job.tokens_per_row)
    found = kinds[True] or kinds[False]
    return median(found) if found else None
