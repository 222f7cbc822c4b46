"""What the likelihoods of answers say about a row, in the shape of a head's outputs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from scoring.task import Task

_SHARPNESSES = (1.0, 2.0, 4.0, 8.0, 16.0)


@dataclass(frozen=True)
class Reading:
    """How likelihoods are read."""

    is_calibrated: bool
    """Whether what an answer gains over a text without content counts, not the likelihood itself:
    models prefer some answers whatever the text. After Zhao et al., "Calibrate Before Use", ICML
    2021."""
    sharpness: float = 1.0
    """Of a regression: likelihoods are multiplied by it. The mean over an answer's tokens makes
    answers more alike than they are to the model."""

    def outputs(
        self,
        likelihoods: NDArray[np.float64],
        content_free: NDArray[np.float64],
        values: Sequence[float],
    ) -> NDArray[np.float64]:
        """(rows, outputs): logits of labels or, in a regression, the expected number.

        Args:
            likelihoods: (rows, answers) mean log-likelihoods of their tokens.
            content_free: (answers,) the same after a text without content.
            values: the numbers that answers stand for; empty if they stand for labels.
        """
        logits = likelihoods - content_free if self.is_calibrated else likelihoods
        if not values:
            return logits
        chances = softmax(self.sharpness * logits, axis=1)
        expected: NDArray[np.float64] = chances @ np.array(values)
        return expected[:, None]


def readings(task: Task) -> list[Reading]:
    """The readings to choose from; the first are those to prefer."""
    sharpnesses = _SHARPNESSES if task.is_regression else (1.0,)
    return [Reading(calibrated, each) for calibrated in (True, False) for each in sharpnesses]
