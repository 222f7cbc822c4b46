"""The temperature that makes a model's probabilities as good as one number can.

C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017: logits are divided by it
before softmax or sigmoid. Above 1 the model was too sure of itself, below 1 not sure enough. The
order of a row's labels, and so the accuracy, stays the same.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

LOWEST, HIGHEST = 0.05, 20.0


def best_temperature(logits: NDArray[np.floating], labels: NDArray[np.number]) -> float:
    """The temperature with the lowest cross-entropy on these rows (never on test), as far as they
    tell it from 1.

    Without a wrong row no temperature would be low enough, and all probabilities would become 1.
    So sharpness, 1 / temperature, has a gamma distribution with its mode at 1 beforehand, which
    weighs little beside some hundred rows.

    Args:
        logits: (rows, labels), finite.
        labels: (rows,), 0-based classes; or (rows, labels), 1 where the row has the label, else 0.
    """
    wide = logits.astype(np.float64)
    if labels.ndim == 1:
        of_labels = wide[np.arange(len(labels)), labels]

        def loss(sharpness: float) -> float:
            return float((logsumexp(sharpness * wide, axis=1) - sharpness * of_labels).sum())
    else:

        def loss(sharpness: float) -> float:
            scaled = sharpness * wide
            return float((np.logaddexp(0.0, scaled) - scaled * labels).sum())

    # Both parts are convex in the sharpness, so there is one minimum on this scale, too.
    found = minimize_scalar(
        lambda exponent: loss(math.exp(-exponent)) + math.exp(-exponent) + exponent,
        bounds=(math.log(LOWEST), math.log(HIGHEST)),
        method="bounded",
    )
    return math.exp(found.x)
