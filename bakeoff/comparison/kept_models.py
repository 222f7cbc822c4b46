"""Which trained models of a run are kept with its results."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bakeoff.metrics import higher_is_better
from bakeoff.request.schema import Keep
from bakeoff.result_files import MODELS_FOLDER
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary
from bakeoff.summary.job import JobSummary
from bakeoff.summary.kept_model import KeptModel


@dataclass(frozen=True)
class ModelToKeep:
    model: KeptModel
    artifact_uri: str
    """Where the training job has left it."""


def models_to_keep(summary: Summary, keep: Keep) -> list[ModelToKeep]:
    """One model of each candidate that `keep` means, in the order of the ranks."""
    verdict = summary.verdict
    wanted: Mapping[Keep, list[str]] = {
        "none": [],
        "best": [verdict.best] if verdict.best else [],
        "tied": verdict.tied,
        "all": [each.candidate for each in summary.candidates if each.has_result],
    }
    metric = summary.conditions.main_metric
    chosen = [each for each in summary.candidates if each.candidate in wanted[keep]]
    jobs = [(each, _best_job(each, metric)) for each in chosen]
    return [
        _to_keep(each, job, job.model_artifact_uri)
        for each, job in jobs
        if job is not None and job.model_artifact_uri
    ]


def _to_keep(candidate: CandidateSummary, job: JobSummary, uri: str) -> ModelToKeep:
    file = f"{MODELS_FOLDER}/{candidate.candidate}/seed-{job.seed}.tar.gz"
    return ModelToKeep(KeptModel(candidate=candidate.candidate, seed=job.seed, file=file), uri)


def _best_job(candidate: CandidateSummary, main_metric: str | None) -> JobSummary | None:
    """The completed job with the best main metric on validation, as test must choose nothing; the
    first of equals, and of those without one."""
    completed = [job for job in candidate.jobs if job.status == "completed"]

    def goodness(job: JobSummary) -> float:
        value = job.validation.get(main_metric or "")
        if main_metric is None or value is None:
            return -math.inf
        return value if higher_is_better(main_metric) else -value

    return max(completed, key=goodness, default=None)
