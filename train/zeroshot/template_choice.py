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
    """Empty without rows of validation."""
    num_described: int
    """Labels with a description of the request."""

    @property
    def notes(self) -> list[str]:
        """Sentences on what nothing was chosen by."""
        if self.validation_scores:
            return []
        return [
            "There are no validation rows to choose by, so the template is the first one, "
            f"{self.template!r}, and the scale of the probabilities a usual one, "
            f"{self.scale.factor:g}: they may be too sure or not sure enough."
        ]

    @property
    def shown(self) -> dict[str, Any]:
        """For people."""
        shown: dict[str, Any] = {"template": self.template, "scale": self.scale.factor}
        if self.scale.shift:
            shown["shift"] = self.scale.shift
        if self.num_described:
            shown["described_labels"] = self.num_described
        return shown


def choose_template(
    config: TrainingConfig, scores_of: Scores, labels: NDArray[Any], usual_factor: float
) -> ChosenTemplate:
    """The one with the best main metric on validation; the first of equals, and without rows.

    Args:
        labels: of validation, in the shape described in Task.
        usual_factor: makes logits of scores where validation does not say how.
    """
    chosen: ChosenTemplate | None = None
    for template in TEMPLATES if len(labels) else TEMPLATES[:1]:
        found = with_template(config, template, scores_of(template), labels, usual_factor)
        if chosen is None or config.is_better(found.validation_scores, chosen.validation_scores):
            chosen = found
    if chosen is None:
        raise ValueError("no templates to choose from")
    return chosen


def with_template(
    config: TrainingConfig,
    template: str,
    scores: NDArray[np.float32],
    labels: NDArray[Any],
    usual_factor: float,
) -> ChosenTemplate:
    """The template with the scale that suits its scores (rows, labels) of validation."""
    task = task_of(config)
    scale = fitted_scale(task, scores, labels, usual_factor)
    logits = scale.logits(scores)
    return ChosenTemplate(
        template,
        scale,
        logits,
        task.validation_scores(logits, labels) if len(labels) else {},
        sum(label in config.label_descriptions for label in config.labels),
    )
