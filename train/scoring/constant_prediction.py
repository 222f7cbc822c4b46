"""The prediction that ignores texts: label frequencies, or the mean in a regression."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.task import Task


def majority_outputs(task: Task, labels: NDArray[Any]) -> NDArray[np.float64]:
    """The output for every row, (num_outputs,).

    binary, multiclass: the logarithms of the classes' shares; multilabel: the log-odds of each
    label; regression: the mean. Counts are increased by one, so that all outputs are finite.
    """
    if task.is_regression:
        return np.array([labels.mean()])
    if task.is_multilabel:
        having = labels.sum(axis=0, dtype=np.float64)
        return np.asarray(np.log((having + 1) / (len(labels) - having + 1)))
    counts = np.bincount(labels, minlength=task.num_outputs)
    return np.asarray(np.log((counts + 1) / (len(labels) + task.num_outputs)))


def repeated(outputs: NDArray[np.float64], rows: int) -> NDArray[np.float64]:
    """(rows, num_outputs)"""
    return np.tile(outputs, (rows, 1))
