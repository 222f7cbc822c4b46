"""The test rows that most candidates get wrong."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.methods import is_baseline
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions
from bakeoff.statistics.row_errors import job_errors
from bakeoff.statistics.same_rows import with_same_rows
from bakeoff.summary.document import HardRow, RowPrediction

LIMIT = 20


def hardest_rows(
    candidates: Sequence[CandidatePredictions],
    spec: ComparisonSpec,
    limit: int = LIMIT,
) -> list[HardRow]:
    """At most `limit` rows, the hardest first, without rows that every job gets right.

    They are ordered by the share of jobs that are wrong, then by the mean confidence of the wrong
    ones; in a regression by the mean absolute error. Baselines do not count if other candidates
    have results, but their predictions are included.
    Their texts are left empty: the caller reads them by the rows' ids.
    """
    kept, _ = with_same_rows(candidates)
    judged = [each for each in kept if not is_baseline(each.method)] or kept
    jobs = [job for candidate in judged for job in candidate.jobs]
    if not jobs:
        return []
    hardness, confidence = _hardness(jobs)
    order = np.lexsort((-confidence, -hardness))
    return [
        HardRow(
            id=int(jobs[0].ids[row]),
            texts=[],
            label=_shown(jobs[0].truth[row], spec),
            wrong_share=float(hardness[row]),
            predictions=[_prediction(each, row, spec) for each in kept],
        )
        for row in order[:limit]
        if hardness[row] > 0
    ]


def _hardness(
    jobs: Sequence[JobPredictions],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(R,) share of jobs that are wrong, or mean error; (R,) mean confidence of the wrong ones."""
    errors = np.stack([job_errors(job) for job in jobs])
    if jobs[0].confidence is None:
        return errors.mean(axis=0), np.zeros(errors.shape[1])
    wrong = errors > 0
    confidences = np.stack([job.confidence for job in jobs if job.confidence is not None])
    count = wrong.sum(axis=0)
    confidence = np.where(wrong, confidences, 0).sum(axis=0) / np.maximum(count, 1)
    return count / len(jobs), confidence


def _prediction(candidate: CandidatePredictions, row: int, spec: ComparisonSpec) -> RowPrediction:
    job = candidate.jobs[0]
    return RowPrediction(
        candidate=candidate.candidate,
        predicted=_shown(job.predicted[row], spec),
        confidence=None if job.confidence is None else float(job.confidence[row]),
    )


def _shown(answer: NDArray[np.generic], spec: ComparisonSpec) -> str:
    """A label, any number of labels separated by commas, or a number."""
    if spec.task == "regression":
        return f"{float(answer):.6g}"
    if spec.task == "multilabel":
        return ", ".join(spec.labels[index] for index in np.flatnonzero(answer))
    return spec.labels[int(answer)]
