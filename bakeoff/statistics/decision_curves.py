"""Accuracy by coverage, and precision by recall.

The first is what R. El-Yaniv and Y. Wiener, "On the Foundations of Noise-free Selective
Classification", JMLR 2010, call the risk-coverage trade-off.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions
from bakeoff.statistics.row_errors import job_errors
from bakeoff.summary.decision_curves import CoveragePoint, DecisionCurves, PrecisionPoint

COVERAGES = tuple(percent / 100 for percent in range(100, 0, -5))
RECALLS = tuple(percent / 100 for percent in range(2, 101, 2))

Floats = NDArray[np.float64]


def decision_curves(candidate: CandidatePredictions, spec: ComparisonSpec) -> DecisionCurves | None:
    """None in a regression, where no answer is right or wrong, if no job was read, and where no
    probabilities are known."""
    if spec.task == "regression" or not candidate.jobs:
        return None
    if any(job.confidence is None for job in candidate.jobs):
        return None
    accuracies = _mean(_accuracies, candidate.jobs)
    precisions: Sequence[float] = ()
    positive = spec.positive_index
    if positive is not None and (candidate.jobs[0].truth == positive).any():
        precisions = _mean(lambda job: _precisions(job, positive), candidate.jobs)
    return DecisionCurves(
        coverage=[
            CoveragePoint(coverage=coverage, accuracy=accuracy)
            for coverage, accuracy in zip(COVERAGES, accuracies, strict=True)
        ],
        precision_recall=[
            PrecisionPoint(recall=recall, precision=precision)
            for recall, precision in zip(RECALLS, precisions, strict=False)
        ],
    )


def _mean(curve: Callable[[JobPredictions], Floats], jobs: Sequence[JobPredictions]) -> list[float]:
    found: list[float] = np.mean([curve(job) for job in jobs], axis=0).tolist()
    return found


def _accuracies(job: JobPredictions) -> Floats:
    """At COVERAGES, with the surest rows first; of equally sure ones any part is as right."""
    assert job.confidence is not None
    rows, right = _cumulated(job.confidence, job_errors(job) == 0)
    wanted = np.asarray(COVERAGES) * len(job.ids)
    return np.interp(wanted, rows, right) / wanted


def _precisions(job: JobPredictions, positive: int) -> Floats:
    """At RECALLS, the highest precision of all thresholds with that recall or more."""
    assert job.confidence is not None
    of_positive = np.where(job.predicted == positive, job.confidence, 1 - job.confidence)
    rows, found = _cumulated(of_positive, job.truth == positive)
    precision, recall = found[1:] / rows[1:], found[1:] / found[-1]
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    return np.asarray(best_from_here[np.searchsorted(recall, np.asarray(RECALLS) - 1e-12)])


def _cumulated(scores: Floats, counted: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """How many rows have the highest scores, and how many of these are counted; from 0, with a
    step for each different score."""
    different, group = np.unique(-scores, return_inverse=True)
    rows = np.bincount(group, minlength=len(different))
    hits = np.bincount(group, weights=counted, minlength=len(different))
    return np.concatenate([[0.0], np.cumsum(rows)]), np.concatenate([[0.0], np.cumsum(hits)])
