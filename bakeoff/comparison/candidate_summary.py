"""A candidate and its jobs in the summary, before ranks and statistics."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev
from typing import Any

from bakeoff.comparison.course import Course
from bakeoff.comparison.job_summary import job_summary
from bakeoff.comparison.learning_curves import learning_curve
from bakeoff.comparison.learning_rate_trials import edge_warning, gain_over_the_middle
from bakeoff.comparison.marks import ValidationRows, marks_of
from bakeoff.comparison.outcome import Outcome, outcome_of
from bakeoff.comparison.ownership import Prices, candidate_ownership, instance_types_used
from bakeoff.comparison.token_costs import Hosting
from bakeoff.jobs.recipe import recipe_of
from bakeoff.jobs.result import JobResult
from bakeoff.methods import is_baseline, is_used
from bakeoff.metrics import METRIC_NAMES
from bakeoff.prepared.manifest import PreparedModel, Rows
from bakeoff.request.resolved import Candidate
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.epochs import LearningCurve
from bakeoff.summary.job import JobSummary
from bakeoff.summary.metric_summary import MetricSummary
from bakeoff.summary.ownership import Ownership


@dataclass(frozen=True)
class CandidateRecord:
    """What a run left of one candidate."""

    candidate: Candidate
    name: str
    """Its name for people."""
    seeds: Sequence[int]
    """Those to train, if it comes to the final."""
    results: Sequence[JobResult]
    """Of its jobs in the final, in the order of the seeds."""
    model: PreparedModel | None
    rows: Rows | None
    """Of the data set; None if it was not prepared."""
    instance_type: str
    """The planned one."""
    truncated_share: float | None
    validation: ValidationRows
    rung_results: Sequence[JobResult] = ()
    """In the order of the waves."""
    course: Course = field(default_factory=Course)
    screening_share: Ownership | None = None
    """What its screening cost; None if it was not screened."""
    hosting: Hosting | None = None
    """None unless its model is behind an API."""


def candidate_summary(
    record: CandidateRecord, main_metric: str | None, prices: Prices
) -> CandidateSummary:
    """The candidate with its averages. It has no rank yet, and nothing that takes predictions:
    intervals, comparisons, confusion matrix and scores by label."""
    candidate, model = record.candidate, record.model
    jobs, rungs = (
        [
            job_summary(each, main_metric, record.instance_type, prices, record.hosting)
            for each in results
        ]
        for results in (record.results, record.rung_results)
    )
    outcome = outcome_of(record.seeds, jobs, rungs, record.course, model)
    completed = [job for job in jobs if job.status == "completed"]
    earlier = [job.ownership for job in rungs]
    if record.screening_share is not None:
        earlier.append(record.screening_share)
    found = CandidateSummary(
        candidate=candidate.candidate,
        name=record.name,
        model=candidate.model,
        requested_as=candidate.requested_as,
        model_revision=model.revision if model else candidate.revision,
        method=candidate.method,
        is_baseline=is_baseline(candidate.method),
        status=outcome.status,
        reason=outcome.reason,
        rank=None,
        seeds=list(record.seeds) if jobs else [],
        seeds_completed=[job.seed for job in completed],
        jobs=jobs,
        metrics=_metrics({job.seed: job.test for job in completed}),
        validation=_metrics({job.seed: job.validation for job in completed}),
        best_epoch=_mean([job.best_epoch for job in completed]),
        is_tied=None,
        versus_best=None,
        ownership=candidate_ownership(
            jobs,
            model,
            record.instance_type,
            prices,
            earlier,
            is_hosted=record.hosting is not None,
        ),
        hyperparameters=_hyperparameters(record, [*jobs, *reversed(rungs)]),
        truncated_share=record.truncated_share,
        learning_curves=_learning_curves(record, main_metric or ""),
        confusion=None,
        label_scores=[],
        rung_jobs=rungs,
        **_of_course(record.course, outcome),
    )
    return _with_findings(found, record, main_metric)


def _of_course(course: Course, outcome: Outcome) -> dict[str, Any]:
    """The members that say how far it came."""
    screening, last = course.screening, course.last
    return {
        "stage": outcome.stage,
        "screening_rank": screening.place if screening and not screening.has_failed else None,
        "screening_score": screening.entrant.score if screening else None,
        "stage_validation": last.entrant.score if last and outcome.status == "stopped" else None,
    }


def _with_findings(
    found: CandidateSummary, record: CandidateRecord, main_metric: str | None
) -> CandidateSummary:
    """With its marks and warnings."""
    trials = found.learning_rate_trials
    edge = edge_warning(trials)
    gain = gain_over_the_middle(trials, main_metric) if main_metric else None
    marks = marks_of(found, main_metric, record.validation) if main_metric else []
    warnings = [
        *(record.model.warnings if record.model else ()),
        *_other_machines(found.jobs, record.instance_type),
        *([edge] if edge else ()),
        *_notes([job for job in found.jobs if job.status == "completed"] or found.rung_jobs),
    ]
    return found.model_copy(
        update={"learning_rate_gain": gain, "marks": marks, "warnings": warnings}
    )


def _learning_curves(record: CandidateRecord, main_metric: str) -> list[LearningCurve]:
    """Those of the final, or of the last rung if it did not come so far."""
    results = record.results or record.rung_results[-1:]
    curves = [learning_curve(each, main_metric) for each in results if each.status == "completed"]
    return [curve for curve in curves if curve is not None]


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


def _hyperparameters(record: CandidateRecord, jobs: Sequence[JobSummary]) -> dict[str, Any]:
    """Those that the method uses, as they applied; as requested where there were no rows.

    `jobs` begin with those of the last stage. A learning rate that was to be tuned is the one that
    was chosen; the middle one if none was.
    """
    candidate, model = record.candidate, record.model
    parameters = model.encoder_parameters if model else None
    applied = recipe_of(candidate, record.rows, parameters) if record.rows else None
    recipe = (applied or candidate.hyperparameters).model_dump()
    used = (job.learning_rate for job in jobs if job.learning_rate is not None)
    recipe["learning_rate"] = next(used, recipe["learning_rate"])
    if model is not None and model.max_length is not None:
        recipe["max_length"] = model.max_length
    if recipe["train_batch_tokens"] is not None:
        recipe["train_batch_size"] = None
    return {name: value for name, value in recipe.items() if is_used(name, candidate.method)}


def _notes(jobs: Sequence[JobSummary]) -> list[str]:
    """Each note once, though the jobs of several seeds may share it."""
    return list(dict.fromkeys(note for job in jobs for note in job.notes))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
