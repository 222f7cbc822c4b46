"""predictions.parquet: a job's answers for the test rows, to be read without this code."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from job.decisions import Decisions
from job.training_config import TrainingConfig
from job.training_task import task_of
from scoring.answers import Given, answers
from scoring.task import Task

PROBABILITY_PREFIX = "probability_"
"""Of the column of a label's probability, before the label."""


def write_prediction_table(
    path: Path,
    config: TrainingConfig,
    decisions: Decisions,
    ids: NDArray[np.integer],
    labels: NDArray[np.number],
    logits: NDArray[np.floating],
    *,
    has_probabilities: bool = True,
) -> None:
    """A row for each test row: `id`, `candidate`, `seed`, its `label`, the `given` one and, if the
    model tells them, a column for each label's probability. `labels` and `logits` are in the shapes
    that Task defines."""
    task = task_of(config)
    found = answers(task, logits, threshold=decisions.threshold, temperature=decisions.temperature)
    columns = {
        "id": pa.array(ids, pa.int64()),
        "candidate": _same(config.candidate, len(ids)),
        "seed": pa.array(np.full(len(ids), config.seed), pa.int64()),
        "label": pa.array(_names(task, labels), given_type(task)),
        "given": pa.array(found.given, given_type(task)),
    }
    if has_probabilities and found.probabilities is not None:
        for label, column in zip(task.labels, found.probabilities.T, strict=True):
            columns[PROBABILITY_PREFIX + label] = pa.array(column, pa.float32())
    path.parent.mkdir(parents=True, exist_ok=True)
    # Candidates share all columns, so that their tables can be read as one.
    pq.write_table(pa.table(columns), path, compression="zstd")


def given_type(task: Task) -> pa.DataType:
    """The type of a column of labels or numbers."""
    if task.is_regression:
        return pa.float64()
    return pa.list_(pa.string()) if task.is_multilabel else pa.string()


def _names(task: Task, labels: NDArray[Any]) -> Sequence[Given]:
    """The labels of rows, as `answers` gives them."""
    if task.is_regression:
        return [float(number) for number in labels]
    if task.is_classification:
        return [task.labels[number] for number in labels]
    return [[task.labels[number] for number in np.flatnonzero(row)] for row in labels]


def _same(text: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(rows, dtype=np.int32), [text]).cast(pa.string())
