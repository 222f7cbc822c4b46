"""Which predictions can be compared: those on the same test rows."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions


def comparable(
    candidates: Sequence[CandidatePredictions],
) -> tuple[list[CandidatePredictions], list[str]]:
    """The candidates with the jobs that have the first job's test rows, and notes on what is left
    out. Candidates of which no job is left are missing."""
    reference = next((job for candidate in candidates for job in candidate.jobs), None)
    kept, notes = [], []
    for candidate in candidates:
        jobs = [job for job in candidate.jobs if reference and _same_rows(job, reference)]
        total = len(candidate.jobs) + candidate.num_unread
        if len(jobs) < total:
            notes.append(_left_out(candidate.shown_name, total - len(jobs), total))
        if jobs:
            kept.append(replace(candidate, jobs=jobs))
    return kept, notes


def _left_out(name: str, count: int, total: int) -> str:
    if count == total:
        whole = f"The predictions of {name} could not be read, or are of other test rows"
        return f"{whole}: it has no intervals and is compared with none."
    some = f"{count} of {total} jobs of {name} left no predictions that can be read, or some of"
    return f"{some} other test rows: its intervals and comparisons are those of the others."


def _same_rows(job: JobPredictions, reference: JobPredictions) -> bool:
    return np.array_equal(job.ids, reference.ids) and np.array_equal(job.truth, reference.truth)
