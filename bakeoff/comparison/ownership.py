"""What a model costs to own: what its jobs measured, and what follows from prices."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import get_args

from bakeoff.comparison.token_costs import Hosting, with_tokens
from bakeoff.jobs.job_metrics import InferenceMetrics, JobMetrics
from bakeoff.jobs.result import JobResult
from bakeoff.prepared.manifest import PreparedModel
from bakeoff.summary.job import JobSummary
from bakeoff.summary.ownership import MemoryOf, Ownership

Prices = Mapping[str, float | None]
"""US dollars per hour on demand, by instance type; None where the price is not known."""

NO_PRICES: Prices = {}

_AVERAGED = (
    "training_seconds",
    "train_rows_per_second",
    "inference_rows_per_second_batch_1",
    "inference_rows_per_second_batch_32",
    "latency_p50_seconds",
    "latency_p95_seconds",
    "latency_p99_seconds",
    "inference_other_cpus",
    "tokens_per_text",
)
_SAME_ON_EVERY_MACHINE = ("tokens_per_text",)
_SUMMED = ("billable_seconds", "train_tokens", "cpu_seconds", "input_tokens", "output_tokens")
_AVERAGED_BYTES = ("train_peak_bytes", "inference_peak_bytes")

_SECONDS_PER_HOUR = 3600
_MILLION = 1_000_000


def job_ownership(
    result: JobResult,
    planned_instance_type: str,
    prices: Prices,
    hosting: Hosting | None = None,
) -> Ownership:
    """One job's figures; a job that did not complete has measured nothing.

    `hosting` is that of a hosted model, None for others.
    """
    metrics = result.metrics or JobMetrics()
    inference = metrics.inference or InferenceMetrics()
    owned = priced(
        Ownership(
            num_parameters=metrics.num_parameters,
            model_bytes=metrics.model_bytes,
            train_peak_bytes=metrics.train_peak_bytes,
            inference_peak_bytes=inference.peak_bytes,
            memory_of=_memory_of(metrics.memory_of),
            training_seconds=result.training_seconds,
            train_rows_per_second=metrics.train_rows_per_second,
            inference_rows_per_second_batch_1=inference.rows_per_second_batch_1,
            inference_rows_per_second_batch_32=inference.rows_per_second_batch_32,
            latency_p50_seconds=inference.latency_p50_seconds,
            latency_p95_seconds=inference.latency_p95_seconds,
            latency_p99_seconds=inference.latency_p99_seconds,
            inference_other_cpus=inference.other_cpus,
            tokens_per_text=inference.tokens_per_text,
            device=metrics.device,
            instance_type=result.instance_type or planned_instance_type,
            machine=metrics.instance_type,
            billable_seconds=result.billable_seconds,
            train_tokens=metrics.train_tokens,
            cpu_seconds=metrics.cpu_seconds,
        ),
        prices,
    )
    return owned if hosting is None else with_tokens(owned, metrics.asked, hosting)


def candidate_ownership(
    jobs: Sequence[JobSummary],
    model: PreparedModel | None,
    planned_instance_type: str,
    prices: Prices,
    earlier: Sequence[Ownership] = (),
    *,
    is_hosted: bool = False,
) -> Ownership:
    """The means over the completed jobs; sizes as the first one measured them; all jobs' bill.

    `earlier` is what the candidate took before the final stage: it counts for the bill alone.
    """
    completed = [job.ownership for job in jobs if job.status == "completed"]
    bill = [*(job.ownership for job in jobs), *earlier]
    first = completed[0] if completed else Ownership()
    memory_of = {each.memory_of for each in completed}
    peaks = {name: _mean(completed, name) for name in _AVERAGED_BYTES}
    num_parameters = first.num_parameters
    if num_parameters is None and model is not None:
        num_parameters = model.num_parameters
    instance_types = instance_types_used(jobs) or [planned_instance_type]
    # A mean over different machines is the speed of none of them.
    averaged = _AVERAGED if len(instance_types) == 1 else _SAME_ON_EVERY_MACHINE
    owned = Ownership.model_validate(
        {
            **{name: _mean(completed, name) for name in averaged},
            **{name: None if peak is None else round(peak) for name, peak in peaks.items()},
            "num_parameters": num_parameters,
            "model_bytes": first.model_bytes,
            "memory_of": memory_of.pop() if len(memory_of) == 1 else None,
            "device": first.device,
            "machine": next((each.machine for each in completed if each.machine), None),
            "instance_type": ", ".join(instance_types),
            **{name: _sum(bill, name) for name in _SUMMED},
        }
    )
    if len(instance_types) == 1:
        owned = priced(owned, prices)
    if is_hosted:
        # It is asked from any machine, so its tokens are all that predictions cost.
        owned = owned.model_copy(
            update={
                "usd_per_million_predictions": _mean(completed, "usd_per_million_predictions"),
                "unusable_answers": _sum(completed, "unusable_answers"),
            }
        )
    return owned.model_copy(update={"cost_usd": total_cost(bill)})


def total_cost(bill: Sequence[Ownership]) -> float | None:
    """The sum of the costs; None if the price of something that was billed is not known."""
    costs = [each.cost_usd for each in bill if each.billable_seconds is not None]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if known and len(known) == len(costs) else None


def instance_types_used(jobs: Sequence[JobSummary]) -> list[str]:
    """Those that the jobs were billed for: more than one, or others than planned, where there was
    no capacity or quota."""
    billed = [job.ownership for job in jobs if job.ownership.billable_seconds is not None]
    return list(dict.fromkeys(each.instance_type for each in billed if each.instance_type))


def priced(owned: Ownership, prices: Prices) -> Ownership:
    """`owned` with its instance type's price and what follows from it; None where a factor is
    missing.

    SageMaker bills managed spot training for fewer seconds than it takes, so the price on demand
    is right for both.
    """
    price = prices.get(owned.instance_type or "")
    if price is None:
        return owned
    per_second = price / _SECONDS_PER_HOUR
    seconds, rows_per_second = owned.billable_seconds, owned.inference_rows_per_second
    return owned.model_copy(
        update={
            "price_usd_per_hour": price,
            "cost_usd": None if seconds is None else seconds * per_second,
            "usd_per_million_predictions": _MILLION / rows_per_second * per_second
            if rows_per_second
            else None,
        }
    )


def _mean(owned: Sequence[Ownership], name: str) -> float | None:
    values = [value for each in owned if (value := getattr(each, name)) is not None]
    return fmean(values) if values else None


def _sum(bill: Sequence[Ownership], name: str) -> float | None:
    values = [value for each in bill if (value := getattr(each, name)) is not None]
    return sum(values) if values else None


def _memory_of(text: str | None) -> MemoryOf | None:
    return next((known for known in get_args(MemoryOf) if known == text), None)
