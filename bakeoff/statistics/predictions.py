"""A job's predictions.npz, and what the statistics keep of it."""

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
from bakeoff.statistics.probability_values import ProbabilityValues

UNREADABLE = (
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a broken .npz file raises."""


@dataclass(frozen=True)
class Predictions:
    """The arrays of predictions.npz, for R test rows and L labels.

    ids are integers (R,). For binary and multiclass tasks, labels (R,) are class numbers and logits
    have the shape (R, L). For multilabel tasks, labels (R, L) are 0 or 1 and logits are (R, L). For
    regression, labels (R,) are numbers and logits (R,) the predicted numbers.
    """

    ids: NDArray[np.integer]
    labels: NDArray[Any]
    logits: NDArray[np.floating]


@dataclass(frozen=True)
class JobPredictions:
    """The values that the statistics need of one job, for each of R rows."""

    seed: int
    ids: NDArray[np.integer]
    """(R,)"""
    truth: NDArray[Any]
    """(R,) class numbers, or numbers in a regression; (R, L) bool in a multi-label task."""
    predicted: NDArray[Any]
    """In the form of `truth`."""
    loss: NDArray[np.float64]
    """(R,); its mean is the metric `loss`. NaN, like `ranking`, where answers are not known to be
    likely."""
    confidence: NDArray[np.float64] | None = None
    """(R,) the probability of the predicted label, 0..1; None in a regression, and where only the
    answers are known.

    In a multi-label task it is the probability of the predicted set of labels, which are taken as
    independent.
    """
    ranking: NDArray[np.float64] | None = None
    """(R,) the label ranking average precision of each row; only in a multi-label task."""
    probabilities: ProbabilityValues | None = None
    """None in a regression, and where only the answers are known."""


@dataclass(frozen=True)
class CandidatePredictions:
    """The predictions of a candidate's completed jobs, except those that could not be read."""

    candidate: str
    method: str
    jobs: Sequence[JobPredictions]
    name: str = ""
    """The name to show in notes; `candidate` if empty."""
    is_partial: bool = False
    """Whether seeds were lost, so that it ranks below candidates that lost none."""
    num_unread: int = 0
    """Completed jobs whose predictions are missing or could not be read. A candidate without these
    and without `jobs` has no result."""

    @property
    def shown_name(self) -> str:
        return self.name or self.candidate

    @property
    def has_result(self) -> bool:
        return bool(self.jobs) or self.num_unread > 0

    @property
    def has_chance(self) -> bool:
        """Whether the result depends on the seed."""
        return has_chance(self.method)


def read_predictions(content: bytes) -> Predictions:
    """Read a predictions.npz. Raises DocumentError if it is invalid."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            found = Predictions(arrays["ids"], arrays["labels"], arrays["logits"])
    except UNREADABLE as error:
        raise DocumentError(f"This is not a valid predictions.npz: {error}") from error
    lengths = {array.shape[:1] for array in (found.ids, found.labels, found.logits)}
    if len(lengths) > 1 or lengths == {()}:
        raise DocumentError("predictions.npz has arrays of different lengths.")
    return found
