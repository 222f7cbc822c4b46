"""A job's predictions.npz, and what is kept of it."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bakeoff.errors import DocumentError
from bakeoff.methods import has_chance

_UNREADABLE = (
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True)
class Predictions:
    """As a training job leaves them, of R test rows and L labels.

    ids (R,) integers. binary, multiclass: labels (R,) the class's number, logits (R, L).
    multilabel: labels (R, L) 0 or 1, logits (R, L). regression: labels (R,) and, in place of
    logits, the predicted numbers (R,).
    """

    ids: NDArray[np.integer]
    labels: NDArray[Any]
    logits: NDArray[np.floating]


@dataclass(frozen=True)
class JobPredictions:
    """What is kept of one job, of R rows; all of it is per row."""

    seed: int
    ids: NDArray[np.integer]
    """(R,)"""
    truth: NDArray[Any]
    """(R,) class numbers or, in a regression, numbers; (R, L) bool in a multi-label task."""
    predicted: NDArray[Any]
    """In the same form as `truth`."""
    loss: NDArray[np.float64]
    """(R,); its mean is the metric `loss`."""
    confidence: NDArray[np.float64] | None = None
    """(R,) the probability that the model gives its own answer, 0..1; None in a regression.

    In a multi-label task the answer is the set of labels, each given or not independently.
    """
    ranking: NDArray[np.float64] | None = None
    """(R,) the label ranking average precision of a multi-label task's row."""


@dataclass(frozen=True)
class CandidatePredictions:
    """Of a candidate's jobs: those that are completed, and whose predictions could be read."""

    candidate: str
    method: str
    jobs: Sequence[JobPredictions]
    name: str = ""
    """As notes call it; empty: as `candidate`."""
    num_unread: int = 0
    """Jobs that are completed, but whose predictions are missing or cannot be read. A candidate
    without these and without jobs has no result."""

    @property
    def shown_name(self) -> str:
        return self.name or self.candidate

    @property
    def has_result(self) -> bool:
        return bool(self.jobs) or self.num_unread > 0

    @property
    def has_chance(self) -> bool:
        """Whether another seed would give another result."""
        return has_chance(self.method)


def read_predictions(content: bytes) -> Predictions:
    """Of a predictions.npz. Raises DocumentError if it is none."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            found = Predictions(arrays["ids"], arrays["labels"], arrays["logits"])
    except _UNREADABLE as error:
        raise DocumentError(f"This is no predictions.npz: {error}") from error
    lengths = {array.shape[:1] for array in (found.ids, found.labels, found.logits)}
    if len(lengths) > 1 or lengths == {()}:
        raise DocumentError("predictions.npz has arrays of different lengths.")
    return found
