"""A candidate's confusion matrix."""

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions
from bakeoff.summary.label_results import Confusion

MAX_LABELS = 20
"""Including `other`, which collects the labels with the fewest test rows."""

_OTHER = "other"


def confusion(candidate: CandidatePredictions, spec: ComparisonSpec) -> Confusion | None:
    """Mean counts over the seeds; None if rows do not have exactly one label or no job was read."""
    if spec.task not in ("binary", "multiclass") or not candidate.jobs:
        return None
    shown, place = _shown(candidate.jobs[0].truth, len(spec.labels))
    labels = [spec.labels[index] for index in shown]
    if len(shown) < len(spec.labels):
        labels.append(_OTHER if _OTHER not in labels else f"({_OTHER})")
    counts = np.mean([_counts(job, place, len(labels)) for job in candidate.jobs], axis=0)
    return Confusion(labels=labels, counts=counts.tolist())


def _shown(
    truth: NDArray[np.integer], num_labels: int
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """The labels with a row of their own, in order, and for every label the index of its row."""
    if num_labels <= MAX_LABELS:
        return np.arange(num_labels), np.arange(num_labels)
    rows = np.bincount(truth, minlength=num_labels)
    shown = np.sort(np.argsort(-rows, kind="stable")[: MAX_LABELS - 1])
    place = np.full(num_labels, len(shown))
    place[shown] = np.arange(len(shown))
    return shown, place


def _counts(job: JobPredictions, place: NDArray[np.integer], size: int) -> NDArray[np.integer]:
    cells = place[job.truth] * size + place[job.predicted]
    return np.bincount(cells, minlength=size * size).reshape(size, size)
