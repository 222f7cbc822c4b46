"""Makes logits of scores, so that probabilities are as good as one scale and one shift can.

Scores that say how well labels fit a text, such as cosines, are in an order but are no logits:
softmax of cosines calls all labels about equally probable.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from scoring.task import Task
from scoring.temperature import HIGHEST, LOWEST, best_temperature


@dataclass(frozen=True)
class ScoreScale:
    """logits = factor * scores + shift"""

    factor: float
    """Above 0, so that the order of a row's labels stays."""
    shift: float = 0.0
    """0 where each row has exactly one label, since softmax does not see it."""

    def logits(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self.factor * scores + self.shift, dtype=np.float32)


def fitted_scale(
    task: Task, scores: NDArray[np.float32], labels: NDArray[Any], usual_factor: float
) -> ScoreScale:
    """The scale with the lowest cross-entropy on these validation rows, as far as they tell it, and
    within the limits of a temperature around `usual_factor`; that factor where there are no rows.

    Args:
        scores: (rows, labels)
        labels: in the shape described in Task.
    """
    if not len(labels):
        return ScoreScale(usual_factor)
    wide = usual_factor * scores.astype(np.float64)
    if task.is_multilabel:
        return _with_shift(wide, labels, usual_factor)
    return ScoreScale(usual_factor / best_temperature(wide, labels))


def _with_shift(wide: NDArray[np.float64], labels: NDArray[Any], usual_factor: float) -> ScoreScale:
    """As J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999, with one factor and
    one shift for all labels; his targets, a little inside 0 and 1, keep scores that tell all rows
    apart from making certain. The loss is convex in both."""
    middle = float(wide.mean())
    having = float(labels.sum())
    targets = np.where(labels > 0, (having + 1) / (having + 2), 1 / (labels.size - having + 2))

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = point[0] * (wide - middle) + point[1]
        errors = 1 / (1 + np.exp(-np.clip(logits, -500, 500))) - targets
        gradient = np.array([(errors * (wide - middle)).mean(), errors.mean()])
        return float((np.logaddexp(0.0, logits) - logits * targets).mean()), gradient

    share = float(targets.mean())
    found = minimize(
        loss,
        x0=np.array([1.0, math.log(share / (1 - share))]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(1 / HIGHEST, 1 / LOWEST), (None, None)],
    )
    factor, offset = (float(value) for value in found.x)
    return ScoreScale(usual_factor * factor, offset - factor * middle)
