"""The comparison: the results of all jobs put together, best candidate first."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from bakeoff import metrics
from bakeoff.comparison.candidate_facts import Row, candidate_facts
from bakeoff.comparison.ownership import (
    MEASURED,
    NO_PRICES,
    Prices,
    best_throughput,
    costs,
    measured,
    whole_bytes,
)
from bakeoff.jobs.plan_item import PlanItem
from bakeoff.jobs.result import JobResult, finite
from bakeoff.metrics import METRIC_NAMES
from bakeoff.prepared.manifest import Manifest, PreparedModel
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.summary.csv_table import Cell

# What a job's metrics.json tells: a candidate has the mean of it, or what its jobs have in common.
_AVERAGED = (
    "best_epoch",
    "threshold",
    "epochs_trained",
    "padding_share",
    "train_rows_per_second",
)
_SHARED = {
    "numeric_precision": "precision",
    "micro_batch_size": "micro_batch_size",
    "gradient_accumulation_steps": "gradient_accumulation_steps",
    "memory_of": "memory_of",
}

# A mean over fewer seeds was not measured under the same conditions: those come after.
_STATUS_ORDER = ("completed", "partial", "failed")


@dataclass(frozen=True)
class Comparison:
    """The rows of comparison.csv and jobs.csv, in their order."""

    rows: list[Row]
    job_rows: list[Row]
    jobs: dict[str, list[JobResult]]
    """The planned jobs of each candidate, by its name, as they are told in the rows."""

    @property
    def best(self) -> str | None:
        """The candidate that ranks first; None if all failed."""
        first = self.rows[0] if self.rows else {}
        return str(first["candidate"]) if first.get("rank") == 1 else None


def compare(
    resolved: ResolvedRequest,
    manifest: Manifest,
    items: Sequence[PlanItem],
    results: Iterable[JobResult],
    prices: Prices = NO_PRICES,
) -> Comparison:
    """Every candidate of the request and every item of the plan has a row, whatever happened."""
    by_item = {result.item: result for result in results}
    planned: dict[str, list[PlanItem]] = {}
    for item in items:
        planned.setdefault(item.candidate, []).append(item)
    rows, job_rows, jobs_of = [], {}, {}
    for candidate in resolved.candidates:
        own = planned.get(candidate.candidate, [])
        facts = candidate_facts(resolved, manifest, candidate, own)
        jobs = [_checked(by_item.get(item.item) or JobResult.missing(item), facts) for item in own]
        rows.append(_candidate_row(facts, jobs, manifest.model(candidate.candidate), prices))
        job_rows[candidate.candidate] = [_job_row(facts, job, prices) for job in jobs]
        jobs_of[candidate.candidate] = jobs
    ranked = _ranked(rows)
    return Comparison(
        rows=ranked,
        job_rows=[job for row in ranked for job in job_rows[str(row["candidate"])]],
        jobs=jobs_of,
    )


def _checked(result: JobResult, facts: Row) -> JobResult:
    """A job whose main metric is no finite number (it diverged, say) cannot be ranked."""
    if result.status != "completed":
        return result
    metric = facts["main_metric"]
    if metric in result.scores("test"):
        return result
    reason = f"Its {metric} on test is no finite number"
    # Where learning rates are used at all, they are what to look at.
    reason += (
        ": training diverged. Lower learning_rate, or warm up longer."
        if facts["learning_rate"] is not None
        else "."
    )
    return result.model_copy(update={"status": "failed", "reason": reason})


def _ranked(rows: list[Row]) -> list[Row]:
    """Ties go to the lower loss, then to the candidate that the request names first."""

    def key(row: Row) -> tuple[int, float, float]:
        place = _STATUS_ORDER.index(str(row["status"]))
        name = str(row["main_metric"])
        metric, loss = row.get(name), row["loss"]
        if not isinstance(metric, float):
            return place, 0.0, 0.0
        better_first = -metric if metrics.higher_is_better(name) else metric
        return place, better_first, loss if isinstance(loss, float) else math.inf

    ranked = sorted(rows, key=key)
    for rank, row in enumerate(ranked, start=1):
        row["rank"] = None if row["status"] == "failed" else rank
    return ranked


def _candidate_row(
    facts: Row, jobs: list[JobResult], model: PreparedModel | None, prices: Prices
) -> Row:
    completed = [job for job in jobs if job.status == "completed"]
    told = [_told(job) for job in completed]
    measurements = [measured(metrics) for metrics in told]
    means = {name: _mean(measurements, name) for name in MEASURED}
    billable_seconds = _total([job.billable_seconds for job in jobs])
    test = [job.scores("test") for job in completed]
    validation = [job.scores("validation") for job in completed]
    return {
        **facts,
        "status": _status(jobs, completed),
        "reason": _reason(jobs, completed, model),
        "seeds": len(jobs),
        "seeds_completed": len(completed),
        **{name: _mean(test, name) for name in METRIC_NAMES},
        **{f"{name}_std": _deviation(test, name) for name in METRIC_NAMES},
        **{f"validation_{name}": _mean(validation, name) for name in METRIC_NAMES},
        **{name: _mean(told, name) for name in _AVERAGED},
        **{column: _shared(told, name) for column, name in _SHARED.items()},
        "warnings": " ".join(model.warnings) or None if model else None,
        **_size(completed, model),
        "training_seconds": _mean([job.model_dump() for job in completed], "training_seconds"),
        "billable_seconds": billable_seconds,
        **whole_bytes(means),
        **costs(
            prices,
            facts["instance_type"],
            billable_seconds,
            best_throughput(means),
        ),
    }


def _job_row(facts: Row, job: JobResult, prices: Prices) -> Row:
    completed = [job] if job.status == "completed" else []
    test, validation = job.scores("test"), job.scores("validation")
    told = _told(job) if completed else {}
    measurements = measured(told)
    instance_type = job.instance_type or facts["instance_type"]
    return {
        **facts,
        "seed": job.seed,
        "job_name": job.job_name,
        "status": job.status,
        "reason": job.reason,
        "attempts": job.attempts,
        **{name: test.get(name) for name in METRIC_NAMES},
        **{f"validation_{name}": validation.get(name) for name in METRIC_NAMES},
        "best_epoch": _whole(told.get("best_epoch")),
        **{name: finite(told.get(name)) for name in _AVERAGED if name != "best_epoch"},
        **{column: _shared([told], name) for column, name in _SHARED.items()},
        "stopped_early": told.get("stopped_early") is True if completed else None,
        "chosen": json.dumps(told["chosen"], sort_keys=True) if told.get("chosen") else None,
        "notes": _notes(told.get("notes")),
        **_size(completed, None),
        "training_seconds": job.training_seconds,
        "billable_seconds": job.billable_seconds,
        "instance_type": instance_type,
        **whole_bytes(measurements),
        **costs(
            prices,
            instance_type,
            job.billable_seconds,
            best_throughput(measurements),
        ),
        "model_artifact_uri": job.model_artifact_uri,
        "output_uri": job.output_uri,
    }


def _status(jobs: list[JobResult], completed: list[JobResult]) -> str:
    if not completed:
        return "failed"
    return "completed" if len(completed) == len(jobs) else "partial"


def _reason(
    jobs: list[JobResult], completed: list[JobResult], model: PreparedModel | None
) -> str | None:
    if not jobs:
        return (model.reason if model else None) or "PrepareData left no outcome for this model."
    unsuccessful = [job for job in jobs if job.status != "completed"]
    if not unsuccessful:
        return None
    first = unsuccessful[0]
    if len(jobs) == 1:
        return first.reason
    return f"{len(unsuccessful)} of {len(jobs)} seeds have no result; seed {first.seed}: " + str(
        first.reason
    )


def _size(completed: list[JobResult], model: PreparedModel | None) -> Row:
    """As a completed job measured it, or at least as the model was before training."""
    measured = _told(completed[0]) if completed else {}
    as_prepared = model.num_parameters if model is not None else None
    return {
        "num_parameters": measured.get("num_parameters") or as_prepared,
        "model_bytes": measured.get("model_bytes"),
        "device": measured.get("device"),
    }


def _told(job: JobResult) -> dict[str, Any]:
    return job.metrics.model_dump() if job.metrics else {}


def _whole(value: object) -> int | None:
    number = finite(value)
    return None if number is None else round(number)


def _notes(notes: object) -> str | None:
    sentences = [note for note in notes if isinstance(note, str)] if isinstance(notes, list) else []
    return " ".join(sentences) or None


def _numbers(entries: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    return [number for entry in entries if (number := finite(entry.get(name))) is not None]


def _mean(entries: Sequence[Mapping[str, Any]], name: str) -> float | None:
    numbers = _numbers(entries, name)
    return fmean(numbers) if numbers else None


def _shared(entries: Sequence[Mapping[str, Any]], name: str) -> Cell:
    """The text or whole number that all have; None if they differ, or have none."""
    values = [entry.get(name) for entry in entries]
    first = values[0] if values else None
    is_shared = isinstance(first, str | int) and all(value == first for value in values)
    return first if is_shared else None


def _deviation(entries: Sequence[Mapping[str, Any]], name: str) -> float | None:
    numbers = _numbers(entries, name)
    return stdev(numbers) if len(numbers) > 1 else None


def _total(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
