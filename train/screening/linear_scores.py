"""How well linear models predict labels from features, on rows that they were not fitted on.

The strength of the regularisation is chosen by the same rows, in the same way for every model. It
is given as the variance that a row's output has before the model has seen a label: the weights of d
standardised features have the variance SPREAD / d. So one list suits any number of features.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scoring.task import Task
from screening.standard_features import StandardFeatures

SPREADS = (0.25, 1.0, 4.0, 16.0, 64.0)

_MOST_ROUNDS = 50
_TOLERANCE = 1e-3
_LEAST = 1e-12

Array = NDArray[np.float32]


def log_loss(
    features: StandardFeatures, task: Task, labels: NDArray[np.number], folds: NDArray[np.integer]
) -> float:
    """The mean loss in nats of a logistic regression per row, or per row and label if multilabel.

    Each row is scored by the model that was fitted on all other folds. SPREADS are tried in order
    until the loss no longer falls.

    Args:
        labels: in the shape described in Task.
        folds: (rows,), the number of each row's fold.
    """
    targets = labels if task.is_multilabel else np.eye(task.num_outputs)[labels]
    best = np.inf
    for outputs in _outputs(features, targets.astype(np.float32), folds, task.is_multilabel):
        loss = task.scores(outputs, labels, 0.5 if task.is_multilabel else None)["loss"]
        if not loss < best:
            break
        best = loss
    return float(best)


def _outputs(
    features: StandardFeatures, targets: Array, folds: NDArray[np.integer], is_multilabel: bool
) -> Iterator[Array]:
    """For each of SPREADS, the outputs for each row by the model of the other folds."""
    regression = _FoldedRegression(features, targets, folds, is_multilabel)
    for spread in SPREADS:
        regression.fit(features.num_features / spread)
        yield regression.held_out()


class _FoldedRegression:
    """Logistic regressions, one for each fold left out, fitted side by side.

    The weights' penalty is `strength` / 2 times their squares. Weights move by the gradient,
    divided by a bound of the second derivatives (Boehning and Lindsay 1988) that is the same for
    all folds and diagonal in the coordinates of StandardFeatures, with Nesterov's acceleration. An
    output begins at the label's share among the rows, so that a label that is not among them stays
    possible.
    """

    def __init__(
        self,
        features: StandardFeatures,
        targets: Array,
        folds: NDArray[np.integer],
        is_multilabel: bool,
    ) -> None:
        rows, outputs = targets.shape
        ones = np.ones((rows, 1))
        self._inputs = np.hstack([features.coordinates, ones]).astype(np.float32)
        self._squares = np.append(features.singular**2, rows).astype(np.float32)
        self._targets = targets
        self._folds = folds
        self._is_multilabel = is_multilabel
        numbers = np.unique(folds)
        # (rows, folds, 1), 1 where the row is fitted.
        self._is_fitted = (folds[:, None] != numbers)[:, :, None].astype(np.float32)
        self._own = np.searchsorted(numbers, folds)
        self._start = self._shares()
        self._weights = np.zeros((len(self._squares), len(numbers), outputs), dtype=np.float32)

    def fit(self, strength: float) -> None:
        """Go on from the weights that there are."""
        curvature = 0.25 if self._is_multilabel else 0.5
        step = (1 / (curvature * self._squares + strength))[:, None, None].astype(np.float32)
        weights = ahead = self._weights
        momentum = 1.0
        for _ in range(_MOST_ROUNDS):
            gradient = self._gradient(ahead) + np.float32(strength) * ahead
            moved = ahead - step * gradient
            change = moved - weights
            if float((gradient * change).sum()) > 0:
                # It has gone too far.
                momentum = 1.0
            following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
            ahead = moved + np.float32((momentum - 1) / following) * change
            weights, momentum = moved, following
            if np.abs(change).max() <= _TOLERANCE * np.abs(weights).max(initial=0.0):
                break
        self._weights = weights

    def held_out(self) -> Array:
        """(rows, outputs)"""
        rows = np.arange(len(self._own))
        outputs: Array = self._linear(self._weights)[rows, self._own]
        return outputs

    def _gradient(self, weights: Array) -> Array:
        outputs = self._linear(weights)
        if self._is_multilabel:
            chances = 1 / (1 + np.exp(-outputs))
        else:
            chances = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
            chances /= chances.sum(axis=-1, keepdims=True)
        errors = (chances - self._targets[:, None]) * self._is_fitted
        flat = self._inputs.T @ errors.reshape(len(errors), -1)
        return flat.reshape(weights.shape)

    def _linear(self, weights: Array) -> Array:
        flat = self._inputs @ weights.reshape(len(weights), -1)
        return flat.reshape(len(flat), *weights.shape[1:]) + self._start

    def _shares(self) -> Array:
        """(folds, outputs), the logarithms of the shares among the fitted rows, or their odds."""
        fitted = self._is_fitted.sum(axis=0)
        having = np.einsum("rfo,rl->fl", self._is_fitted, self._targets)
        if self._is_multilabel:
            return np.log((having + 1) / (fitted - having + 1))
        return np.log((having + 1) / (fitted + having.shape[1]))


def r_squared(
    features: StandardFeatures, task: Task, labels: NDArray[np.floating], folds: NDArray[np.integer]
) -> float:
    """R2 of a ridge regression: 1 minus the ratio of its squared errors to those of the mean.

    Each row is scored by the model that was fitted on all other folds, with the best of SPREADS.
    Arguments as of `log_loss`.
    """
    strengths = features.num_features / np.array(SPREADS)
    inputs, predicted = features.coordinates, np.empty((len(labels), len(SPREADS)))
    for fold in np.unique(folds):
        fitted = folds != fold
        predicted[~fitted] = _ridge(inputs[fitted], labels[fitted], inputs[~fitted], strengths)
    errors = ((predicted - labels[:, None]) ** 2).sum(axis=0)
    spread = float(((labels - labels.mean()) ** 2).sum())
    return float(1 - errors.min() / max(spread, _LEAST))


def _ridge(
    inputs: NDArray[np.float64],
    labels: NDArray[np.floating],
    others: NDArray[np.float64],
    strengths: NDArray[np.float64],
) -> NDArray[np.float64]:
    """(other rows, strengths), what models that are fitted to `inputs` predict for `others`."""
    mean, deviation, centre = labels.mean(), float(labels.std()), inputs.mean(axis=0)
    left, singular, right = np.linalg.svd(inputs - centre, full_matrices=False)
    # Strengths suit labels with variance 1.
    along = left.T @ ((labels - mean) / max(deviation, _LEAST))
    weights = (singular * along)[:, None] / (singular[:, None] ** 2 + strengths)
    return np.asarray(mean + deviation * ((others - centre) @ right.T @ weights))
