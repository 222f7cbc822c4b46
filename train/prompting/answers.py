"""The texts that a language model may answer with, and what they mean."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelling.label_words import label_texts
from scoring.task import Task

_MOST_WHOLE_NUMBERS = 21
_POINTS = 11
NO_LABEL = "none"


@dataclass(frozen=True)
class Answers:
    """One answer for each label, or for each of some numbers in a regression."""

    texts: list[str]
    values: list[float]
    """What the answers of a regression are worth, ascending; empty in other tasks."""

    @classmethod
    def of(
        cls, task: Task, train_labels: NDArray[Any], descriptions: Mapping[str, str]
    ) -> "Answers":
        """
        Args:
            train_labels: in the shape that Task describes.
            descriptions: what is answered in place of labels' names, by label.
        """
        if not task.is_regression:
            return cls(label_texts(task.labels, descriptions), [])
        scale = _scale(train_labels)
        return cls(_written(scale), scale)

    def right(self, task: Task, labels: NDArray[Any]) -> list[str]:
        """The right answer of each row, to be shown as an example."""
        if task.is_classification:
            return [self.texts[label] for label in labels]
        if task.is_multilabel:
            names = [[self.texts[number] for number in np.flatnonzero(row)] for row in labels]
            return [", ".join(row) or NO_LABEL for row in names]
        nearest = np.abs(labels[:, None] - np.array(self.values)).argmin(axis=1)
        return [self.texts[number] for number in nearest]


def _scale(labels: NDArray[np.float64]) -> list[float]:
    """The whole numbers of the range if all labels are whole and there are few of them, else some
    evenly spaced points."""
    lowest, highest = float(labels.min()), float(labels.max())
    span = highest - lowest
    if not span:
        return [lowest]
    starts_whole = lowest.is_integer() and highest.is_integer()
    if starts_whole and (span < _MOST_WHOLE_NUMBERS):
        return [lowest + step for step in range(int(span) + 1)]
    return np.linspace(lowest, highest, _POINTS).tolist()


def _written(scale: list[float]) -> list[str]:
    """With as many decimals as tell its numbers apart: to a model, more are a long word."""
    if len(scale) == 1:
        return [f"{scale[0]:g}"]
    step = min(after - before for before, after in pairwise(scale))
    # Steps of a tenth differ from it by rounding errors.
    decimals = max(0, -math.floor(math.log10(step) + 1e-6))
    return [f"{value:.{decimals}f}" for value in scale]
