"""The recipe of a candidate: its hyperparameters with nothing left open.

Left to "auto", a candidate trains for a minimum of optimiser steps, because a model that has seen
too few of them looks like a weak model. The number of epochs follows from the number of rows.
"""

import math
from typing import Annotated

from pydantic import Field

from bakeoff.jobs.learning_rates import centre_of
from bakeoff.prepared.manifest import Rows
from bakeoff.request.hyperparameters import Hyperparameters
from bakeoff.request.resolved import Candidate
from bakeoff.request.tune import LearningRate
from bakeoff.request.values import Integer

MIN_STEPS = 1250
"""Optimiser steps that a training left to "auto" takes at least, if MAX_EPOCHS allow it."""
MIN_EPOCHS = 2
MAX_EPOCHS = 20
"""A hundred rows are learnt by heart long before so many steps."""
PATIENCE = 2
"""Epochs without improvement after which a training of "auto" epochs ends."""

_SMALL_BATCH, _LARGE_BATCH = 16, 32
_ASSUMED_TOKENS_PER_ROW = 128


class Recipe(Hyperparameters):
    """Hyperparameters with nothing left to "auto" or to trials."""

    epochs: Annotated[Integer, Field(ge=1)]
    train_batch_size: Annotated[Integer, Field(ge=1)]
    """Rows; without effect where train_batch_tokens is given."""
    learning_rate: LearningRate
    """As given; where it is tuned, the middle of the rates to try."""
    early_stopping_patience: Annotated[Integer, Field(ge=1)] | None
    """Epochs; None: no early stopping."""

    def steps_per_epoch(self, train_rows: int, tokens_per_row: float | None = None) -> int:
        """Optimiser steps of one pass over the training rows, at least 1."""
        rows = rows_per_step(self, self.train_batch_size, tokens_per_row)
        return max(1, math.ceil(train_rows / rows))

    def steps(self, train_rows: int, tokens_per_row: float | None = None) -> int:
        """Optimiser steps of the whole training, if it does not stop early."""
        return self.epochs * self.steps_per_epoch(train_rows, tokens_per_row)


def recipe_of(
    candidate: Candidate,
    rows: Rows,
    encoder_parameters: int | None,
    tokens_per_row: float | None = None,
) -> Recipe:
    """The candidate's hyperparameters as they apply to these rows.

    Args:
        encoder_parameters: weights without embeddings and head; None if not known.
        tokens_per_row: mean after truncation; None: assumed. It counts with train_batch_tokens.
    """
    asked = candidate.hyperparameters
    batch_size = _batch_size(asked, rows.train)
    epochs = asked.epochs
    if epochs == "auto":
        epochs = _epochs(rows.train / rows_per_step(asked, batch_size, tokens_per_row))
    patience = asked.early_stopping_patience
    if patience == "auto":
        patience = PATIENCE if asked.epochs == "auto" else None
    rate = asked.learning_rate
    chosen = {
        "epochs": epochs,
        "train_batch_size": batch_size,
        "learning_rate": centre_of(candidate.method, encoder_parameters) if rate is None else rate,
        "early_stopping_patience": patience,
    }
    return Recipe.model_validate(asked.model_dump() | chosen)


def rows_per_step(
    asked: Hyperparameters, batch_size: int, tokens_per_row: float | None = None
) -> float:
    """Training rows of a step, at least 1: where train_batch_tokens counts tokens, as many texts
    of mean length as they hold, or of 128 tokens if the mean is not known."""
    if asked.train_batch_tokens is None:
        return batch_size
    assumed = min(asked.max_length or _ASSUMED_TOKENS_PER_ROW, _ASSUMED_TOKENS_PER_ROW)
    return max(1.0, asked.train_batch_tokens / (tokens_per_row or assumed))


def _batch_size(asked: Hyperparameters, train_rows: int) -> int:
    """Large batches where the fewest epochs with them have enough steps, small ones elsewhere."""
    if asked.train_batch_size != "auto":
        return asked.train_batch_size
    fewest_epochs = MIN_EPOCHS if asked.epochs == "auto" else asked.epochs
    is_enough = fewest_epochs * train_rows / _LARGE_BATCH >= MIN_STEPS
    return _LARGE_BATCH if is_enough else _SMALL_BATCH


def _epochs(steps_per_epoch: float) -> int:
    """The fewest that give MIN_STEPS, within the limits."""
    needed = math.ceil(MIN_STEPS / max(math.ceil(steps_per_epoch), 1))
    return min(max(needed, MIN_EPOCHS), MAX_EPOCHS)
