"""The rows that can be used for training and testing, after checks of their texts and labels."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents.preparation_request import PreparationRequest
from labelling.label_values import LabelValues
from labelling.labels import Labels, SplitLabels, encode_labels
from snapshot.empty_rows import GivenRows, used_rows
from snapshot.repeated_texts import TextHashes, hash_texts
from snapshot.text_and_label import Columns
from source.data_problems import DataError, Problem
from source.raw_rows import RawRows
from source.source_splits import leading


@dataclass(frozen=True)
class UsableRows:
    """The used rows of each split of the source, in order."""

    given: GivenRows
    labels: Labels
    values: dict[str, SplitLabels]
    hashes: dict[str, TextHashes]
    numbers: dict[str, NDArray[np.int64]]
    """The number of each row in the source."""


def usable_rows(
    rows: Mapping[str, RawRows],
    labels: Mapping[str, LabelValues],
    columns: Columns,
    request: PreparationRequest,
) -> UsableRows:
    """Raises DataError with every problem in texts and labels."""
    problems: list[Problem] = []
    try:
        hashes = hash_texts(rows, columns.texts)
        given = GivenRows.of(hashes, len(columns.texts))
        given.check()
        numbers = used_rows(hashes)
        # A dropped row needs no label.
        labels = {split: values.take(numbers[split]) for split, values in labels.items()}
    except DataError as error:
        problems += error.problems
        # Labels that do not exist cannot be checked.
        if not len(rows[leading(rows)]):
            raise
    try:
        found, values = encode_labels(
            labels,
            task=request.task,
            delimiter=request.label_delimiter,
            label_names=request.label_names,
            positive=request.positive_label,
        )
    except DataError as error:
        problems += error.problems
    if problems:
        raise DataError(problems)
    _report_dropped(given, numbers)
    hashes = {split: hashed.take(numbers[split]) for split, hashed in hashes.items()}
    return UsableRows(given, found, values, hashes, numbers)


def _report_dropped(given: GivenRows, numbers: Mapping[str, NDArray[np.int64]]) -> None:
    for split, used in numbers.items():
        left_out = given.rows[split] - len(used)
        if left_out:
            print(f"bakeoff: {left_out} rows of {split} have no text and are left out", flush=True)
