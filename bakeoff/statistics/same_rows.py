"""Selects the predictions on the same test rows; only those can be compared."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions


def with_same_rows(
    candidates: Sequence[CandidatePredictions],
) -> tuple[list[CandidatePredictions], list[str]]:
    """The candidates with only the jobs that have the first job's test rows, and notes on the jobs
    left out. Candidates without any such job are left out."""
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
        whole = f"The predictions of {name} could not be read, or are for other test rows"
        return f"{whole}: it has no intervals and is not compared."
    some = f"The predictions of {count} of {total} jobs of {name} could not be read, or are for"
    return f"{some} other test rows: its intervals and comparisons use the remaining jobs."


def _same_rows(job: JobPredictions, reference: JobPredictions) -> bool:
    return np.array_equal(job.ids, reference.ids) and np.array_equal(job.truth, reference.truth)
