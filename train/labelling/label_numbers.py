"""Encodes labels that are numbers to predict, and finds their problems."""

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelling.label_problems import all_the_same, missing, no_positive
from labelling.label_values import LabelValues
from source.data_problems import DataError, Problem, shown
from source.numerals import number_in
from source.source_splits import leading

MOST = 1e15
"""Of a label's magnitude: its square still is a number of single precision."""
LEAST_SPREAD = 1e-15


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
        problems += _out_of_range(numbers, splits)
    if not problems:
        problems += _without_spread(numbers[leading(splits)])
    problems += no_positive(positive, "The labels are numbers to predict")
    if problems:
        raise DataError(problems)
    return {split: np.array(column, dtype=np.float64) for split, column in numbers.items()}


def _out_of_range(
    numbers: Mapping[str, list[float | None]], splits: Mapping[str, LabelValues]
) -> list[Problem]:
    problems = []
    for split, column in numbers.items():
        great = [
            (index, number)
            for index, number in enumerate(column)
            if number is not None and abs(number) > MOST
        ]
        if great:
            index, number = great[0]
            row = splits[split].row_number(index)
            problem = (
                f"{len(great):,} labels of {split} are beyond {MOST:g}, the most that models can "
                f"be trained on; the first is in row {row:,}, counted from 0: {number:g}."
            )
            problems.append(
                Problem("label", problem, "Give them in a greater unit, or correct them.")
            )
    return problems


def _without_spread(train: Sequence[float | None]) -> list[Problem]:
    if len(set(train)) == 1:
        return [all_the_same(train[0], "train")]
    spread = float(np.std(np.array(train, dtype=np.float64)))
    if spread >= LEAST_SPREAD:
        return []
    problem = (
        f"The labels of train differ by too little to be learned: their standard deviation is "
        f"{spread:g}, and at least {LEAST_SPREAD:g} is needed."
    )
    return [Problem("label", problem, "Give them in a smaller unit.")]


def _is_gap(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and not value.strip())


def _is_number_or_gap(value: Any) -> bool:
    return _is_gap(value) or _number(value) is not None


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        return number_in(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        # An integer of hundreds of digits.
        return sys.float_info.max if value > 0 else -sys.float_info.max
    return number if math.isfinite(number) else None
