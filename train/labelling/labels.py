"""Encodes the values of the label columns for any task."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelling.class_labels import encode_classes
from labelling.label_numbers import encode_numbers
from labelling.label_sets import encode_sets
from labelling.label_values import LabelValues
from labelling.task_inference import BINARY, MULTILABEL, REGRESSION, find_task

SplitLabels = NDArray[np.int64] | NDArray[np.float64] | list[list[int]]
"""One entry per row: a class number, a number to predict, or several class numbers."""


@dataclass(frozen=True)
class Labels:
    """The task and its labels; `names` are in the order of the classes, empty for regression."""

    task: str
    task_reason: str
    """A sentence that says why this task was chosen."""
    names: list[str]
    positive: str | None
    """Binary tasks only: the label that F1, precision and recall are computed for."""


def encode_labels(
    splits: Mapping[str, LabelValues],
    *,
    task: str | None = None,
    delimiter: str | None = None,
    positive: str | None = None,
) -> tuple[Labels, dict[str, SplitLabels]]:
    """The task with its labels, and each split's encoded labels.

    Args:
        splits: train, and the others that have labels.
        task: the request's task, if any.
        delimiter: separates the labels of a row, if they are text.
        positive: the request's positive label, if any.

    Raises DataError with every problem in the labels of all splits.
    """
    found, reason = find_task(splits["train"], task, delimiter)
    if found == REGRESSION:
        numbers = encode_numbers(splits, positive, is_stated=task is not None)
        return Labels(found, reason, [], None), dict(numbers)
    if found == MULTILABEL:
        names, sets = encode_sets(splits, delimiter, positive)
        return Labels(found, reason, names, None), dict(sets)
    names, classes = encode_classes(splits, positive, is_binary=found == BINARY)
    chosen = (positive or names[1]) if found == BINARY else None
    return Labels(found, reason, names, chosen), dict(classes)
