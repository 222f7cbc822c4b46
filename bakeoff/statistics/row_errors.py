"""How wrong a candidate is on each row, in a number that is comparable between candidates."""

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions


def job_errors(job: JobPredictions) -> NDArray[np.float64]:
    """(R,) 1 for a wrong label, the share of wrong ones of several, a regression's |error|."""
    if job.truth.dtype.kind == "f":
        return np.abs(job.predicted - job.truth)
    wrong = (job.predicted != job.truth).astype(np.float64)
    return wrong.mean(axis=1) if wrong.ndim == 2 else wrong


def mean_errors(candidate: CandidatePredictions) -> NDArray[np.float64]:
    """(R,) over the candidate's jobs, of which there is one at least."""
    return np.mean([job_errors(job) for job in candidate.jobs], axis=0)
