"""Chooses the template whose sentences tell the labels of validation best apart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from job.training_config import TrainingConfig
from job.training_task import task_of
from zeroshot.score_scale import ScoreScale, fitted_scale
from zeroshot.templates import TEMPLATES

Scores = Callable[[str], NDArray[np.float32]]
"""Of the rows of validation with the sentences of a template: (rows, labels)."""


@dataclass(frozen=True)
class ChosenTemplate:
    template: str
    scale: ScoreScale
    validation_logits: NDArray[np.float32]
    """In the shape described in Task."""
    validation_scores: dict[str, float]

    @property
    def shown(self) -> dict[str, Any]:
        """For people."""
        shift = {"shift": self.scale.shift} if self.scale.shift else {}
        return {"template": self.template, "scale": self.scale.factor, **shift}


def choose_template(
    config: TrainingConfig, scores_of: Scores, labels: NDArray[Any], usual_factor: float
) -> ChosenTemplate:
    """The one with the best main metric on validation; the first of equals.

    Args:
        labels: of validation, in the shape described in Task.
        usual_factor: makes logits of scores where validation does not say how.
    """
    task = task_of(config)
    chosen: ChosenTemplate | None = None
    for template in TEMPLATES:
        scores = scores_of(template)
        scale = fitted_scale(task, scores, labels, usual_factor)
        logits = scale.logits(scores)
        found = ChosenTemplate(template, scale, logits, task.validation_scores(logits, labels))
        if chosen is None or config.is_better(found.validation_scores, chosen.validation_scores):
            chosen = found
    if chosen is None:
        raise ValueError("no templates to choose from")
    return chosen
