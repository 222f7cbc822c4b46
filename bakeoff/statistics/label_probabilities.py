"""A job's label_probabilities.npz: what a model says of rows that it was not fitted on."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from bakeoff.errors import DocumentError
from bakeoff.statistics.predictions import UNREADABLE
from bakeoff.summary.suspect_labels import SplitName

SPLITS: tuple[SplitName, ...] = get_args(SplitName)
FILE_NAME = "label_probabilities.npz"


@dataclass(frozen=True)
class LabelProbabilities:
    """Of R rows and L labels, in a task with one label per row."""

    splits: NDArray[np.integer]
    """(R,) places in SPLITS."""
    ids: NDArray[np.integer]
    """(R,) each row's number in the split of the source that it comes from."""
    labels: NDArray[np.integer]
    """(R,) the given ones, as class numbers."""
    probabilities: NDArray[np.floating]
    """(R, L)"""
    texts: Mapping[int, Sequence[str]]
    """The beginnings of the texts of the most doubtful rows, by their places here."""

    def has_rows_of(self, other: "LabelProbabilities") -> bool:
        return all(
            np.array_equal(own, theirs)
            for own, theirs in (
                (self.splits, other.splits),
                (self.ids, other.ids),
                (self.labels, other.labels),
            )
        )


def read_label_probabilities(content: bytes, num_labels: int) -> LabelProbabilities:
    """Raises DocumentError if it is invalid."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            found = LabelProbabilities(
                splits=arrays["splits"],
                ids=arrays["ids"],
                labels=arrays["labels"],
                probabilities=arrays["probabilities"],
                texts=_texts(arrays["texts"].tobytes()),
            )
    except (*UNREADABLE, AttributeError, RecursionError, TypeError) as error:
        raise DocumentError(f"This is not a valid {FILE_NAME}: {error}") from error
    _check(found, num_labels)
    return found


def _texts(content: bytes) -> dict[int, list[str]]:
    return {
        int(place): [str(text) for text in texts] for place, texts in json.loads(content).items()
    }


def _check(found: LabelProbabilities, num_labels: int) -> None:
    rows = found.labels.shape
    if len(rows) != 1 or {found.splits.shape, found.ids.shape} != {rows}:
        raise DocumentError(f"{FILE_NAME} has arrays of different lengths.")
    if found.probabilities.shape != (*rows, num_labels):
        raise DocumentError(f"{FILE_NAME} does not have a probability for each row and label.")
    numbers = (found.splits, found.ids, found.labels)
    if not all(np.issubdtype(array.dtype, np.integer) for array in numbers):
        raise DocumentError(f"{FILE_NAME} has numbers that are not whole.")
    for array, most in ((found.splits, len(SPLITS)), (found.labels, num_labels)):
        if array.size and not (array.min() >= 0 and array.max() < most):
            raise DocumentError(f"{FILE_NAME} has a split or a label that there is not.")
    if not np.isfinite(found.probabilities).all():
        raise DocumentError(f"{FILE_NAME} has a probability that is not a number.")
