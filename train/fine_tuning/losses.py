"""The loss of each row that training minimises; scores are computed elsewhere."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from job.training_config import Recipe
from scoring.task import Task

RowLosses = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Maps logits (rows, outputs) and labels, in the shape described in Task, to (rows,)."""


def row_losses(task: Task, recipe: Recipe, train_labels: NDArray[Any]) -> RowLosses:
    """Cross-entropy; its mean over the labels in multi-label tasks; squared error in regression.

    Label smoothing and class weights are as in `torch.nn.CrossEntropyLoss`, except that a batch's
    losses are divided by the number of rows, not by their weights. The weights are 1 on average
    over all rows, so a row counts the same in any batch.
    """
    if task.is_regression:
        return _squared_error
    if task.is_multilabel:
        return _binary_cross_entropy
    weights = None
    if recipe.class_weights == "balanced":
        weights = torch.from_numpy(balanced_weights(train_labels, task.num_outputs))

    def cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(
            logits.float(),
            labels,
            weight=None if weights is None else weights.to(logits.device),
            label_smoothing=recipe.label_smoothing,
            reduction="none",
        )

    return cross_entropy


def balanced_weights(labels: NDArray[np.integer], num_classes: int) -> NDArray[np.float32]:
    """rows / (classes * rows of the class), as scikit-learn's "balanced"; 0 for an empty class."""
    counts = np.bincount(labels, minlength=num_classes)
    weights = len(labels) / (num_classes * np.maximum(counts, 1))
    return np.where(counts > 0, weights, 0.0).astype(np.float32)


def _squared_error(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return (logits.float().squeeze(-1) - labels.float()).square()


def _binary_cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    losses = functional.binary_cross_entropy_with_logits(
        logits.float(), labels.float(), reduction="none"
    )
    return losses.mean(dim=-1)
