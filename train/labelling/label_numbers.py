"""Encodes labels that are numbers to predict, and finds their problems."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelling.label_problems import all_the_same, missing, no_positive
from labelling.label_values import LabelValues, number_in
from source.data_problems import DataError, Problem, shown


def encode_numbers(
    splits: Mapping[str, LabelValues], positive: str | None, *, is_stated: bool
) -> dict[str, NDArray[np.float64]]:
    """Each split's numbers, (rows,).

    Raises DataError with every problem in the labels of all splits.
    """
    problems = []
    numbers: dict[str, list[float | None]] = {}
    for split, labels in splits.items():
        odd = next((value for value in labels.values if not _is_number_or_gap(value)), None)
        if odd is not None:
            problem = f"The column {labels.column!r} has values in {split} that are not numbers: "
            remedy = "Give a finite number per row, or another task."
            problems.append(
                Problem("task" if is_stated else "label", problem + shown([odd]) + ".", remedy)
            )
        numbers[split] = [_number(value) for value in labels.values]
    if not problems:
        problems += missing(numbers, splits)
        if len(set(numbers["train"])) == 1:
            problems.append(all_the_same(numbers["train"][0]))
    problems += no_positive(positive, "The labels are numbers to predict")
    if problems:
        raise DataError(problems)
    return {split: np.array(column, dtype=np.float64) for split, column in numbers.items()}


def _is_gap(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and not value.strip())


def _is_number_or_gap(value: Any) -> bool:
    return _is_gap(value) or _number(value) is not None


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        return number_in(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
