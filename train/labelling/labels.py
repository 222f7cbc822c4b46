"""From the label columns' values to what is learnt from them, whatever the task."""

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
"""One per row: the class's number; in a regression a number; or the numbers of its classes."""


@dataclass(frozen=True)
class Labels:
    """What there is to learn; `names` in the order of their classes, none in a regression."""

    task: str
    task_reason: str
    """A sentence: why this task."""
    names: list[str]
    positive: str | None
    """Of the two labels of a binary task the one that F1, precision and recall are about."""


def encode_labels(
    splits: Mapping[str, LabelValues],
    *,
    task: str | None = None,
    delimiter: str | None = None,
    positive: str | None = None,
) -> tuple[Labels, dict[str, SplitLabels]]:
    """What there is to learn, and each split's labels.

    Args:
        splits: train, and the others that have labels.
        task: what the request says.
        delimiter: stands between the labels of a row, where they are text.
        positive: what the request says.

    Raises DataError with everything that is wrong with the labels of all splits.
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
