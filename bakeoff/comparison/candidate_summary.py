"""A candidate and its jobs in the summary, before ranks and statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from bakeoff.comparison.learning_curves import learning_curve
from bakeoff.comparison.ownership import (
    Prices,
    candidate_ownership,
    instance_types_used,
    job_ownership,
)
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.recipe import recipe_of
from bakeoff.jobs.result import JobResult
from bakeoff.methods import is_baseline, is_used
from bakeoff.metrics import METRIC_NAMES
from bakeoff.prepared.manifest import PreparedModel, Rows
from bakeoff.request.resolved import Candidate
from bakeoff.summary.document import CandidateStatus, CandidateSummary, JobSummary, MetricSummary


@dataclass(frozen=True)
class CandidateRecord:
    """What a run left of one candidate."""

    candidate: Candidate
    name: str
    """Its name for people."""
    results: Sequence[JobResult]
    """Its planned jobs' results, in the order of the seeds."""
    model: PreparedModel | None
    rows: Rows | None
    """Of the data set; None if it was not prepared."""
    instance_type: str
    """The planned one."""
    truncated_share: float | None


def candidate_summary(
    record: CandidateRecord, main_metric: str | None, prices: Prices
) -> CandidateSummary:
    """The candidate with its averages. It has no rank yet, and nothing that takes predictions:
    intervals, comparisons, confusion matrix and scores by label."""
    candidate, model = record.candidate, record.model
    jobs = [_job_summary(result, record.instance_type, prices) for result in record.results]
    completed = [job for job in jobs if job.status == "completed"]
    curves = [
        learning_curve(result, main_metric or "")
        for result in record.results
        if result.status == "completed"
    ]
    return CandidateSummary(
        candidate=candidate.candidate,
        name=record.name,
        model=candidate.model,
        requested_as=candidate.requested_as,
        model_revision=model.revision if model else candidate.revision,
        method=candidate.method,
        is_baseline=is_baseline(candidate.method),
        status=_status(jobs, completed),
        reason=_reason(jobs, model),
        rank=None,
        seeds=[job.seed for job in jobs],
        seeds_completed=[job.seed for job in completed],
        jobs=jobs,
        metrics=_metrics({job.seed: job.test for job in completed}),
        validation=_metrics({job.seed: job.validation for job in completed}),
        best_epoch=_mean([job.best_epoch for job in completed]),
        is_tied=None,
        versus_best=None,
        ownership=candidate_ownership(jobs, model, record.instance_type, prices),
        hyperparameters=_hyperparameters(candidate, model, record.rows),
        truncated_share=record.truncated_share,
        learning_curves=[curve for curve in curves if curve is not None],
        confusion=None,
        label_scores=[],
        warnings=[
            *(model.warnings if model else ()),
            *_other_machines(jobs, record.instance_type),
            *_notes(completed),
        ],
    )


def _job_summary(result: JobResult, planned_instance_type: str, prices: Prices) -> JobSummary:
    metrics = result.metrics or JobMetrics()
    return JobSummary(
        seed=result.seed,
        job_name=result.job_name,
        status=result.status,
        reason=result.reason,
        attempts=result.attempts,
        test=result.scores("test"),
        validation=result.scores("validation"),
        threshold=metrics.threshold,
        best_epoch=None if metrics.best_epoch is None else round(metrics.best_epoch),
        epochs_trained=metrics.epochs_trained,
        stopped_early=metrics.stopped_early,
        numeric_precision=metrics.precision,
        micro_batch_size=metrics.micro_batch_size,
        gradient_accumulation_steps=metrics.gradient_accumulation_steps,
        padding_share=metrics.padding_share,
        ownership=job_ownership(result, planned_instance_type, prices),
        chosen=metrics.chosen,
        notes=metrics.notes,
        model_artifact_uri=result.model_artifact_uri,
        output_uri=result.output_uri,
    )


def _other_machines(jobs: Sequence[JobSummary], planned: str) -> list[str]:
    """What not to compare with candidates on the planned instance type."""
    used = instance_types_used(jobs)
    if not used or used == [planned]:
        return []
    others = " and ".join(each for each in used if each != planned)
    which = "Some of its jobs ran" if planned in used else "It ran"
    return [
        f"{which} on {others}, as {planned} had no capacity or quota: compare its speed and cost "
        "only with those of candidates on the same type."
    ]


def _status(jobs: Sequence[JobSummary], completed: Sequence[JobSummary]) -> CandidateStatus:
    if not completed:
        return "failed"
    return "completed" if len(completed) == len(jobs) else "partial"


def _reason(jobs: Sequence[JobSummary], model: PreparedModel | None) -> str | None:
    if not jobs:
        return (model.reason if model else None) or "PrepareData left no outcome for this model."
    unsuccessful = [job for job in jobs if job.status != "completed"]
    if not unsuccessful:
        return None
    first = unsuccessful[0]
    if len(jobs) == 1:
        return first.reason
    count = f"{len(unsuccessful)} of {len(jobs)} seeds have no result"
    return f"{count}; seed {first.seed}: {first.reason}"


def _metrics(scores_by_seed: dict[int, dict[str, float]]) -> dict[str, MetricSummary]:
    """Without the metrics that no seed has."""
    found = {}
    for name in METRIC_NAMES:
        by_seed = {seed: scores.get(name) for seed, scores in scores_by_seed.items()}
        values = [value for value in by_seed.values() if value is not None]
        if values:
            deviation = stdev(values) if len(values) > 1 else None
            found[name] = MetricSummary(
                mean=fmean(values), std=deviation, by_seed=by_seed, interval=None
            )
    return found


def _hyperparameters(
    candidate: Candidate, model: PreparedModel | None, rows: Rows | None
) -> dict[str, Any]:
    """Those that the method uses, as they applied; as requested where there were no rows."""
    encoder_parameters = model.encoder_parameters if model else None
    applied = recipe_of(candidate, rows, encoder_parameters) if rows else None
    recipe = (applied or candidate.hyperparameters).model_dump()
    if model is not None and model.max_length is not None:
        recipe["max_length"] = model.max_length
    if recipe["train_batch_tokens"] is not None:
        recipe["train_batch_size"] = None
    return {name: value for name, value in recipe.items() if is_used(name, candidate.method)}


def _notes(completed: Sequence[JobSummary]) -> list[str]:
    """Each note once, though the jobs of several seeds may share it."""
    return list(dict.fromkeys(note for job in completed for note in job.notes))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
