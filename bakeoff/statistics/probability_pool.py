"""Several models' probabilities of labels as one: the linear opinion pool, a weighted mean.

A weak model beside a strong one spoils a plain mean. So the weights are those under which the given
labels are most probable: the stacking of predictive distributions by their logarithmic score
(Y. Yao, A. Vehtari, D. Simpson and A. Gelman, "Using Stacking to Average Bayesian Predictive
Distributions", Bayesian Analysis 13, 2018). No model was fitted on the rows that it is judged by,
so none is preferred for having learnt them by heart.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.label_probabilities import LabelProbabilities

_MOST_STEPS = 1_000
_SMALLEST_STEP = 1e-5
# A row to which every model gives 0 must not divide by it.
_LOWEST_PROBABILITY = 1e-9


def pooled(
    parts: Sequence[LabelProbabilities],
) -> tuple[LabelProbabilities, NDArray[np.float64]]:
    """The weighted mean of the probabilities, with the texts of all.

    Args:
        parts: of several models, one at least, on the same rows.

    Returns:
        (parts,) the weights, too; they sum up to 1.
    """
    first = parts[0]
    weights = _weights(np.stack([_of_given_labels(part) for part in parts]))
    # In the precision of the parts, which are many megabytes.
    mean = np.zeros_like(first.probabilities)
    for weight, part in zip(weights, parts, strict=True):
        mean += mean.dtype.type(weight) * part.probabilities
    texts = {place: own for part in parts for place, own in part.texts.items()}
    pool = LabelProbabilities(first.splits, first.ids, first.labels, mean, texts)
    return pool, weights


def _of_given_labels(part: LabelProbabilities) -> NDArray[np.float64]:
    """(rows,)"""
    given = part.probabilities[np.arange(len(part.labels)), part.labels]
    return np.maximum(given.astype(np.float64), _LOWEST_PROBABILITY)


def _weights(given: NDArray[np.float64]) -> NDArray[np.float64]:
    """(models,) by expectation maximisation, whose steps only ever raise the likelihood, which is
    concave. Where models say nearly the same, it may end far from the best weights, under which the
    labels are hardly more probable.

    Args:
        given: (models, rows) what each says of the rows' given labels.
    """
    weights = np.full(len(given), 1 / len(given))
    for _ in range(_MOST_STEPS):
        shares = weights[:, np.newaxis] * given
        new = (shares / shares.sum(axis=0)).mean(axis=1)
        step = np.abs(new - weights).max()
        weights = new
        if step < _SMALLEST_STEP:
            break
    return weights
