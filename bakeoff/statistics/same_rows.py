"""Selects the predictions on the same test rows; only those can be compared."""

from dataclasses import dataclass, field, replace

import numpy as np

from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions

MAX_NAMED = 10
"""More candidates that lost predictions are counted rather than named."""


@dataclass
class SameRows:
    """Takes candidates one after another; the first job of all has the test rows that count."""

    _reference: JobPredictions | None = None
    _left_out: list[str] = field(default_factory=list)

    def kept(self, candidate: CandidatePredictions) -> CandidatePredictions | None:
        """The candidate with its jobs on these rows; None if it has no such job."""
        if self._reference is None and candidate.jobs:
            self._reference = candidate.jobs[0]
        reference = self._reference
        jobs = [
            # One copy of these rows is enough for all.
            replace(job, ids=reference.ids, truth=reference.truth)
            for job in candidate.jobs
            if reference is not None and _has_rows_of(job, reference)
        ]
        total = len(candidate.jobs) + candidate.num_unread
        if len(jobs) < total:
            self._left_out.append(_sentence(candidate.shown_name, total - len(jobs), total))
        return replace(candidate, jobs=jobs) if jobs else None

    @property
    def notes(self) -> list[str]:
        """Sentences on the jobs that were left out."""
        named, further = self._left_out[:MAX_NAMED], len(self._left_out) - MAX_NAMED
        if further <= 0:
            return named
        return [*named, f"The same is true of some or all jobs of {further} other candidates."]


def _sentence(name: str, count: int, total: int) -> str:
    if count == total:
        whole = f"The predictions of {name} could not be read, or are for other test rows"
        return f"{whole}: it has no intervals and is not compared."
    some = f"The predictions of {count} of {total} jobs of {name} could not be read, or are for"
    return f"{some} other test rows: its intervals and comparisons use the remaining jobs."


def _has_rows_of(job: JobPredictions, reference: JobPredictions) -> bool:
    return np.array_equal(job.ids, reference.ids) and np.array_equal(job.truth, reference.truth)
