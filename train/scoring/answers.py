"""What a model's outputs mean to people: the labels given, and how probable each label is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from scoring.scores import probabilities
from scoring.task import Task

Given = str | list[str] | float
"""The answer for a row: its label, its labels, or the number of a regression."""


@dataclass(frozen=True)
class Answers:
    """Of rows in their order."""

    given: Sequence[Given]
    probabilities: NDArray[np.float64] | None
    """(rows, labels) in the order of the task's labels; None in a regression."""


def answers(
    task: Task, logits: NDArray[Any], *, threshold: float | None, temperature: float | None
) -> Answers:
    """The answers that the scores count, with the best probabilities that validation found.

    Args:
        logits: in the shape described in Task.
        threshold: of a multilabel task; it applies to probabilities without temperature.
        temperature: what logits are divided by; None: 1.
    """
    if task.is_regression:
        return Answers([float(number) for number in logits], None)
    scaled = np.asarray(logits, dtype=np.float64) / (temperature or 1.0)
    if task.is_classification:
        numbers = logits.argmax(axis=1)
        return Answers([task.labels[number] for number in numbers], softmax(scaled, axis=1))
    if threshold is None:
        raise ValueError("a multi-label task is answered with the threshold of validation")
    has_label = probabilities(logits) >= threshold
    given = [[task.labels[number] for number in np.flatnonzero(row)] for row in has_label]
    return Answers(given, expit(scaled))
