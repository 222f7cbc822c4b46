"""What a linear model says of the rows that it is trained on, each by one that has not seen it.

The models of the folds start from nothing. One that went on from the weights of all rows would stop
where it began, and so remember the labels that it is asked about.
"""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from linear.linear_head import MOST_ITERATIONS, linear_heads
from scoring.folds import fold_numbers
from scoring.task import Task

NUM_FOLDS = 5
_SEED = 20_261


def out_of_fold_logits(
    task: Task,
    features: Any,
    labels: NDArray[np.int64],
    strength: float,
    most_iterations: int = MOST_ITERATIONS,
) -> NDArray[np.float32]:
    """(rows, labels) in a task with one label per row.

    Args:
        features: as `linear_head.Features`, with rows that can be selected.
        labels: (rows,), class numbers.
        strength: C, as chosen for the model of all rows.
        most_iterations: after which a fit ends where it is.
    """
    folds = fold_numbers(labels, NUM_FOLDS, _SEED)
    logits = np.empty((len(labels), task.num_outputs), dtype=np.float32)
    for fold in np.unique(folds):
        fitted, others = folds != fold, folds == fold
        rows = features[fitted], labels[fitted]
        logits[others] = _logits(task, rows, features[others], strength, most_iterations)
    return logits


def _logits(
    task: Task,
    fitted: tuple[Any, NDArray[np.int64]],
    others: Any,
    strength: float,
    most_iterations: int,
) -> NDArray[np.float32]:
    features, labels = fitted
    if len(np.unique(labels)) < 2:
        # There is nothing to tell apart, so only the frequencies are known.
        counts = np.bincount(labels, minlength=task.num_outputs)
        return np.tile(np.log(counts + 1.0), (others.shape[0], 1)).astype(np.float32)
    with warnings.catch_warnings():
        # A model that is stopped early is regularised the more.
        warnings.simplefilter("ignore", ConvergenceWarning)
        ((_, head),) = linear_heads(task, features, labels, [strength], most_iterations)
    return head.outputs(others)
