"""A candidate's error on each row, comparable between candidates."""

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions


def job_errors(job: JobPredictions) -> NDArray[np.float64]:
    """(R,) 0 or 1 for a right or wrong label, the share of wrong labels, or the absolute error."""
    if job.truth.dtype.kind == "f":
        return np.abs(job.predicted - job.truth)
    wrong = (job.predicted != job.truth).astype(np.float64)
    return wrong.mean(axis=1) if wrong.ndim == 2 else wrong


def mean_errors(candidate: CandidatePredictions) -> NDArray[np.float64]:
    """(R,) mean over the candidate's jobs; there must be at least one."""
    return np.mean([job_errors(job) for job in candidate.jobs], axis=0)
