"""How well a candidate finds each label."""

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions
from bakeoff.statistics.ratios import ratio
from bakeoff.summary.label_results import LabelScores


def label_scores(candidate: CandidatePredictions, spec: ComparisonSpec) -> list[LabelScores]:
    """In the labels' order, means over the seeds; none in a regression.

    A ratio of nothing (the precision of a label that is never given) counts as 0.
    """
    if spec.task == "regression" or not candidate.jobs:
        return []
    size = len(spec.labels)
    rows = _rows(candidate.jobs[0].truth, size)
    of_jobs = np.mean([_scores(job, rows, size) for job in candidate.jobs], axis=0)
    return [
        LabelScores(label=label, rows=int(count), precision=precision, recall=recall, f1=f1)
        for label, count, (precision, recall, f1) in zip(
            spec.labels, rows, of_jobs.T.tolist(), strict=True
        )
    ]


def _rows(answers: NDArray[np.generic], size: int) -> NDArray[np.float64]:
    """How many rows have each label."""
    if answers.ndim == 2:
        return answers.sum(axis=0).astype(np.float64)
    return np.bincount(answers, minlength=size).astype(np.float64)


def _scores(job: JobPredictions, rows: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Precision, recall and F1, (3, labels)."""
    if job.truth.ndim == 2:
        right = (job.predicted & job.truth).sum(axis=0).astype(np.float64)
    else:
        right = _rows(job.truth[job.predicted == job.truth], size)
    given = _rows(job.predicted, size)
    return np.stack([ratio(right, given), ratio(right, rows), ratio(2 * right, given + rows)])
