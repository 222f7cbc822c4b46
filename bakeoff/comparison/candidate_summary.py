"""A candidate in the summary, as its row in the table and its jobs tell of it."""

from collections.abc import Mapping, Sequence

from bakeoff.comparison.candidate_facts import Row
from bakeoff.comparison.learning_curves import learning_curve
from bakeoff.jobs.result import JobResult
from bakeoff.methods import is_baseline, is_used
from bakeoff.metrics import METRIC_NAMES
from bakeoff.prepared.manifest import PreparedModel
from bakeoff.request.resolved import Candidate
from bakeoff.summary.document import CandidateSummary, MetricSummary, Ownership


def candidate_summary(
    candidate: Candidate, row: Row, jobs: Sequence[JobResult], model: PreparedModel | None
) -> CandidateSummary:
    """Numbers are the row's own, so that the table and the summary agree.

    Without what the statistics find: intervals, comparisons, and what follows from predictions.
    """
    completed = [job for job in jobs if job.status == "completed"]
    curves = [learning_curve(job, str(row["main_metric"])) for job in completed]
    return CandidateSummary.model_validate(
        {
            "candidate": candidate.candidate,
            "model": candidate.model,
            "model_revision": row["model_revision"],
            "method": candidate.method,
            "is_baseline": is_baseline(candidate.method),
            "status": row["status"],
            "reason": row["reason"],
            "rank": row["rank"],
            "seeds": [job.seed for job in jobs],
            "seeds_completed": [job.seed for job in completed],
            "metrics": _metrics(row, completed),
            "validation": {
                name: row[f"validation_{name}"]
                for name in METRIC_NAMES
                if row[f"validation_{name}"] is not None
            },
            "is_tied": None,
            "versus_best": None,
            "ownership": Ownership.model_validate(
                {name: row[name] for name in Ownership.model_fields}
            ),
            "hyperparameters": {
                name: row[name]
                for name in candidate.hyperparameters.model_dump()
                if is_used(name, candidate.method)
            },
            "learning_curves": [curve for curve in curves if curve is not None],
            "confusion": None,
            "label_scores": [],
            "warnings": [*(model.warnings if model else ()), *_notes(completed)],
        }
    )


def _metrics(row: Row, completed: Sequence[JobResult]) -> Mapping[str, MetricSummary]:
    return {
        name: MetricSummary.model_validate(
            {
                "mean": row[name],
                "std": row[f"{name}_std"],
                "by_seed": {job.seed: job.scores("test").get(name) for job in completed},
                "interval": None,
            }
        )
        for name in METRIC_NAMES
        if row[name] is not None
    }


def _notes(completed: Sequence[JobResult]) -> list[str]:
    """Each once, though every seed's job may have the same to tell."""
    notes = [note for job in completed if job.metrics for note in job.metrics.notes]
    return list(dict.fromkeys(notes))
