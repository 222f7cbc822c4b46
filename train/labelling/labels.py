"""Encodes the values of the label columns for any task."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from labelling.class_labels import encode_classes
from labelling.decimal_commas import with_points
from labelling.encoded_lists import decode_lists
from labelling.joined_labels import joined_notes
from labelling.label_numbers import encode_numbers
from labelling.label_sets import encode_sets
from labelling.label_spellings import spelling_notes
from labelling.label_values import LabelValues
from labelling.list_texts import with_lists
from labelling.task_inference import BINARY, MULTILABEL, REGRESSION, find_task
from source.source_splits import leading

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
    notes: list[str] = field(default_factory=list)
    """Sentences on how the labels were read, and on what looks like a mistake in them."""


def encode_labels(
    splits: Mapping[str, LabelValues],
    *,
    task: str | None = None,
    delimiter: str | None = None,
    label_names: Sequence[str] | None = None,
    positive: str | None = None,
) -> tuple[Labels, dict[str, SplitLabels]]:
    """The task with its labels, and each split's encoded labels.

    Args:
        splits: train, if there is one, and the others that have labels.
        task: the request's task, if any.
        delimiter: separates the labels of a row, if they are text.
        label_names: of the positions of lists of 0 and 1, if the request gives any.
        positive: the request's positive label, if any.

    Raises DataError with every problem in the labels of all splits.
    """
    splits, delimiter, notes = with_lists(splits, task, delimiter)
    decoded = decode_lists(splits, task=task, delimiter=delimiter, names=label_names)
    splits, notes = decoded.splits, [*notes, *decoded.notes]
    if decoded.are_encoded:
        delimiter = None
    if delimiter is None:
        splits, of_commas = with_points(splits, task)
        notes += of_commas
    first = leading(splits)
    found, reason = find_task(splits[first], task, delimiter)
    if found == REGRESSION:
        numbers = encode_numbers(splits, positive, is_stated=task is not None)
        return Labels(found, reason, [], None, notes), dict(numbers)
    if found == MULTILABEL:
        names, sets = encode_sets(splits, delimiter, positive)
        rows = Counter(names[label] for row in sets[first] for label in row)
        return Labels(found, reason, names, None, notes + spelling_notes(rows)), dict(sets)
    names, classes = encode_classes(splits, positive, is_binary=found == BINARY)
    counts = np.bincount(classes[first], minlength=len(names)).tolist()
    notes += spelling_notes(dict(zip(names, counts, strict=True)))
    if task is None:
        notes += joined_notes(names)
    chosen = (positive or names[1]) if found == BINARY else None
    return Labels(found, reason, names, chosen, notes), dict(classes)
