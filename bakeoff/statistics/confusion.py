"""What a candidate takes for what."""

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.comparison_spec import Question
from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions
from bakeoff.summary.document import Confusion

MAX_LABELS = 20
"""With `other`, which stands for all that have fewer test rows."""

_OTHER = "other"


def confusion(candidate: CandidatePredictions, question: Question) -> Confusion | None:
    """Means over the seeds; None where rows do not have exactly one label, or nothing is known."""
    if question.task not in ("binary", "multiclass") or not candidate.jobs:
        return None
    shown, place = _shown(candidate.jobs[0].truth, len(question.labels))
    labels = [question.labels[index] for index in shown]
    if len(shown) < len(question.labels):
        labels.append(_OTHER if _OTHER not in labels else f"({_OTHER})")
    counts = np.mean([_counts(job, place, len(labels)) for job in candidate.jobs], axis=0)
    return Confusion(labels=labels, counts=counts.tolist())


def _shown(
    truth: NDArray[np.integer], num_labels: int
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """The labels with a place of their own, in their order, and every label's place."""
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
