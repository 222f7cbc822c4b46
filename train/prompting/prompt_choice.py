"""The kind of prompt, and the reading of its answers, that are best on validation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from job.training_config import TrainingConfig
from job.training_task import task_of
from prompting.examples import Examples
from prompting.outputs import Reading, readings
from prompting.prompt_tokens import NoRoomError
from prompting.prompter import Asked, Prompter
from training_data.some_rows import some_rows

_MOST_ROWS = 300
"""Validation rows that every kind of prompt is tried on."""

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class ChosenPrompt:
    examples: Examples
    reading: Reading
    content_free: NDArray[np.float64]
    """(answers,) as in Reading.outputs."""


def choose_prompt(
    config: TrainingConfig,
    prompter: Prompter,
    kinds: Sequence[Examples],
    values: Sequence[float],
    rows: Rows,
    labels: NDArray[Any],
) -> tuple[ChosenPrompt, Asked | None]:
    """The one with the best main metric on (some of) these validation rows, the first of equals
    and without rows; and what came of the rows with it, None if only some were tried.

    Args:
        kinds: those that do not fit into the model's window are passed over.
        labels: in the shape described in Task.

    Raises NoRoomError if none fits.
    """
    task = task_of(config)
    if not rows:
        first = kinds[0]
        return ChosenPrompt(first, readings(task)[0], prompter.content_free(first)), None
    best: tuple[ChosenPrompt, Asked, dict[str, float]] | None = None
    too_long: list[NoRoomError] = []
    numbers = some_rows(len(rows), _MOST_ROWS, config.seed)
    tried = [rows[number] for number in numbers]
    for examples in kinds:
        try:
            free = prompter.content_free(examples)
            asked = prompter.ask(tried, examples)
        except NoRoomError as error:
            too_long.append(error)
            continue
        for reading in readings(task):
            outputs = task.logits_from(reading.outputs(asked.likelihoods, free, values))
            scores = task.validation_scores(outputs, labels[numbers])
            if best is None or config.is_better(scores, best[2]):
                best = ChosenPrompt(examples, reading, free), asked, scores
    if best is None:
        raise too_long[0]
    return best[0], best[1] if len(tried) == len(rows) else None
