"""Estimates the time and cost of a run's training jobs from past runs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from bakeoff.cost.cost_plan import CandidateEstimate, CostPlan
from bakeoff.cost.expected_curve import curve_part
from bakeoff.cost.expected_race import Part, expected_part, racers_of
from bakeoff.cost.past_runs import PastJob, PastRun, answering_of, past_work, work
from bakeoff.cost.tokens_read import Answering
from bakeoff.hosted_models import is_hosted
from bakeoff.jobs.instances import instance_type_of
from bakeoff.jobs.recipe import recipe_of
from bakeoff.methods import is_baseline, is_used
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Manifest, Rows
from bakeoff.request.resolved import Candidate, ResolvedRequest
from bakeoff.wording import counted

_SECONDS_PER_HOUR = 3600
# Screening passes so many rows of so many tokens through a model.
_SCREENED_ROWS, _SCREENED_TOKENS = 1000, 128


@dataclass(frozen=True)
class Workload:
    """What a candidate is expected to take part in, and with how many rows."""

    candidate: str
    model: str
    method: str
    instance_type: str
    part: Part
    num_parameters: int | None
    rows: Rows | None
    """None if not known yet."""
    epochs: int
    """The maximum: a job may stop early. 0 where the rows decide, which are not known."""
    tokens_per_row: float | None
    """As in `PastJob`; None if not known."""
    answering: Answering = field(default_factory=Answering)
    note: str = ""
    """A sentence that states what was assumed."""
    is_failed: bool = False
    """Whether the model could not be prepared."""

    @property
    def is_hosted(self) -> bool:
        """Whether its tokens are paid for as well, of which no estimate knows the number."""
        return is_hosted(self.model)

    @property
    def work(self) -> float:
        """All jobs together, as `past_runs.work`; 0 if rows or lengths are not known."""
        if self.rows is None or self.tokens_per_row is None:
            return 0.0
        rows, tokens, part = self.rows, self.tokens_per_row, self.part
        screened = min(rows.train, _SCREENED_ROWS) * min(tokens, _SCREENED_TOKENS)
        if not is_used("epochs", self.method):
            return work(self.method, rows, 1, tokens, answering=self.answering)
        epochs = self.epochs * part.trainings
        return part.screenings * screened + work(self.method, rows, epochs, tokens, part.tests)


@dataclass(frozen=True)
class Throughput:
    """A past job with the rows of its data set."""

    job: PastJob
    rows: Rows

    @property
    def work(self) -> float | None:
        return past_work(self.job, self.rows)


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
            "estimated_seconds": total([each.seconds for each in estimates]),
            "estimated_usd": total([each.usd for each in estimates]),
        }
    )


def workloads(
    resolved: ResolvedRequest,
    manifest: Manifest,
    data_card: DataCard | None,
) -> list[Workload]:
    """The workload of every candidate, including those that could not be prepared."""
    ready = [each for each in resolved.candidates if not _is_failed(manifest, each)]
    racers = racers_of(ready)
    rows = manifest.dataset.rows if manifest.dataset else None
    found = []
    for candidate in resolved.candidates:
        model = manifest.model(candidate.candidate)
        tokens = data_card.tokens_per_row(candidate.candidate) if data_card else None
        found.append(
            Workload(
                candidate=candidate.candidate,
                model=candidate.model,
                method=candidate.method,
                instance_type=instance_type_of(resolved, candidate),
                part=expected_part(resolved, candidate, racers).plus(
                    curve_part(resolved, candidate, rows)
                ),
                num_parameters=model.num_parameters if model else None,
                rows=rows,
                epochs=recipe_of(candidate, rows, None, tokens).epochs if rows else 0,
                tokens_per_row=tokens,
                answering=answering_of(candidate, manifest),
                is_failed=_is_failed(manifest, candidate),
            )
        )
    return found


def _is_failed(manifest: Manifest, candidate: Candidate) -> bool:
    model = manifest.model(candidate.candidate)
    return not is_baseline(candidate.method) and (model is None or model.status != "ready")


def estimate(
    workload: Workload, past: Sequence[Throughput], price: float | None
) -> CandidateEstimate:
    """Estimates the billable seconds of all the candidate's jobs; `price` is in USD per hour.

    Uses medians over past jobs of the same model, method and instance type. If there are none, it
    uses other models, and assumes that time grows with parameters times tokens.
    """
    if workload.is_failed:
        return estimate_of(workload, 0.0, price, "The model could not be prepared.")
    if workload.rows is None:
        return estimate_of(workload, None, price, "The number of rows is not known yet.")
    if workload.tokens_per_row is None:
        return estimate_of(workload, None, price, "The length of the texts is not known yet.")
    comparable = [
        each
        for each in past
        if each.work is not None
        and (each.job.method, each.job.instance_type) == (workload.method, workload.instance_type)
    ]
    same = [each for each in comparable if each.job.model == workload.model]
    place = f"with the method {workload.method} on {workload.instance_type}"
    if same:
        seconds = _seconds(workload, same, lambda one: 1.0, 1.0)
        basis = f"From {counted(len(same), 'past job')} of the same model {place}."
        return estimate_of(workload, seconds, price, basis)
    others = [each for each in comparable if each.job.num_parameters]
    if not comparable or is_baseline(workload.method):
        return estimate_of(workload, None, price, f"No past run has a job {place}.")
    if not workload.num_parameters or not others:
        basis = f"Past runs {place} have only other models, and the size of this one is not known."
        return estimate_of(workload, None, price, basis)
    seconds = _seconds(
        workload,
        others,
        lambda one: float(one.job.num_parameters or 1),
        float(workload.num_parameters),
    )
    basis = (
        f"From {counted(len(others), 'past job')} of other models {place}, scaled by parameters "
        "and tokens."
    )
    return estimate_of(workload, seconds, price, basis)


def _seconds(
    workload: Workload,
    past: Sequence[Throughput],
    size: Callable[[Throughput], float],
    own_size: float,
) -> float:
    rate = median(each.job.work_seconds / ((each.work or 1) * size(each)) for each in past)
    fixed = median(each.job.fixed_seconds for each in past)
    billable_share = median(each.job.billable_share for each in past)
    return billable_share * (workload.part.jobs * fixed + rate * workload.work * own_size)


def estimate_of(
    workload: Workload, seconds: float | None, price: float | None, basis: str
) -> CandidateEstimate:
    """With the cost at `price`, in USD per hour, and what was assumed."""
    is_priced = seconds is not None and price is not None and not workload.is_hosted
    return CandidateEstimate(
        candidate=workload.candidate,
        seconds=seconds,
        usd=(seconds or 0) * (price or 0) / _SECONDS_PER_HOUR if is_priced else None,
        basis=" ".join(
            filter(None, (basis, workload.note if seconds else "", _on_tokens(workload)))
        ),
    )


def _on_tokens(workload: Workload) -> str:
    return "Its tokens are paid for, too: the upper bound has them." if workload.is_hosted else ""


def total(parts: Sequence[float | None]) -> float | None:
    """The sum; None if a part is not known, or if there is none."""
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
