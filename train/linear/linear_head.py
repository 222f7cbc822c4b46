"""A linear model on fixed features, its regularisation chosen on validation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from sklearn.linear_model import LogisticRegression, Ridge

from job.saved_model import WEIGHTS_FILE
from job.training_config import TrainingConfig
from job.training_task import task_of
from scoring.task import Task

# lbfgs needs some tens; on separable classes it would never end without a limit.
MOST_ITERATIONS = 1000


class Features(Protocol):
    """(rows, features), float32: a matrix of numpy's or a sparse one of scipy's."""

    shape: tuple[int, int]

    def __matmul__(self, other: NDArray[Any]) -> NDArray[Any]: ...


@dataclass(frozen=True)
class LinearHead:
    """`weights` (outputs, features) and `bias` (outputs,), both float32."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    @classmethod
    def of(cls, weights: NDArray[Any], bias: NDArray[Any]) -> "LinearHead":
        """Make both arrays row-major, because safetensors writes memory without reordering it."""
        return cls(
            np.ascontiguousarray(weights, dtype=np.float32),
            np.ascontiguousarray(bias, dtype=np.float32),
        )

    @classmethod
    def load(cls, folder: Path) -> "LinearHead":
        """As `save` has left it."""
        arrays = load_file(folder / WEIGHTS_FILE)
        return cls(arrays["weights"], arrays["bias"])

    def save(self, folder: Path) -> None:
        save_file({"weights": self.weights, "bias": self.bias}, folder / WEIGHTS_FILE)

    def outputs(self, features: Features) -> NDArray[np.float32]:
        """(rows, outputs)"""
        return np.asarray(features @ self.weights.T + self.bias, dtype=np.float32)

    @property
    def num_parameters(self) -> int:
        return self.weights.size + self.bias.size


@dataclass(frozen=True)
class ChosenHead:
    """The head that is best on validation."""

    head: LinearHead
    validation_logits: NDArray[Any]
    """In the shape described in Task."""
    validation_scores: dict[str, float]
    strength: float
    """Of those that were tried."""
    chosen: dict[str, float]
    """The regularisation: C of LogisticRegression, alpha of Ridge."""


def choose_linear_head(
    config: TrainingConfig,
    train: tuple[Features, NDArray[Any]],
    validation: tuple[Features, NDArray[Any]],
    strengths: Sequence[float],
) -> ChosenHead:
    """Fit one head per C of `strengths` on train, and return the best one on validation.

    The best one has the best main metric; among equals it is the most regularised. The head is a
    multinomial logistic regression, in a multi-label task one-vs-rest for each label; in a
    regression it is a ridge regression with alpha = 1 / C.

    Args:
        train, validation: features and labels, in the shape described in Task.
        strengths: ascending values of C; each fit starts where the one before ended.
    """
    task = task_of(config)
    best: ChosenHead | None = None
    for strength, head in linear_heads(task, *train, strengths):
        features, labels = validation
        logits = task.logits_from(head.outputs(features))
        scores = task.validation_scores(logits, labels)
        if best is None or config.is_better(scores, best.validation_scores):
            chosen = {"alpha": 1 / strength} if task.is_regression else {"C": strength}
            best = ChosenHead(head, logits, scores, strength, chosen)
    if best is None:
        raise ValueError("no strengths to choose from")
    return best


def linear_heads(
    task: Task,
    features: Features,
    labels: NDArray[Any],
    strengths: Sequence[float],
    most_iterations: int = MOST_ITERATIONS,
) -> Iterator[tuple[float, LinearHead]]:
    """Each strength with the head fitted with it, as `choose_linear_head` describes them."""
    if task.is_regression:
        for strength in strengths:
            ridge = Ridge(alpha=1 / strength).fit(features, labels.astype(np.float32))
            yield strength, LinearHead.of(ridge.coef_[None], np.atleast_1d(ridge.intercept_))
        return
    columns = list(labels.T) if task.is_multilabel else [labels]
    models = [LogisticRegression(max_iter=most_iterations, warm_start=True) for _ in columns]
    for strength in strengths:
        for model, column in zip(models, columns, strict=True):
            if np.ptp(column) > 0:
                model.set_params(C=strength).fit(features, column)
        if task.is_multilabel:
            parts = [
                _label_part(model, column, features.shape[1])
                for model, column in zip(models, columns, strict=True)
            ]
        else:
            parts = [_class_parts(models[0], labels, task.num_outputs, features.shape[1])]
        yield (
            strength,
            LinearHead.of(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True))),
        )


def _label_part(
    model: LogisticRegression, column: NDArray[Any], num_features: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Fit one label. If all rows or none have it, only its frequency can be learnt."""
    if np.ptp(column) > 0:
        return model.coef_, model.intercept_
    having = column.sum()
    bias = np.log((having + 1) / (len(column) - having + 1))
    return np.zeros((1, num_features)), np.array([bias])


def _class_parts(
    model: LogisticRegression, labels: NDArray[Any], num_classes: int, num_features: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        # For two classes scikit-learn stores the difference of their logits.
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    if len(model.classes_) == num_classes:
        return weights, bias
    # A class without rows is the least probable but not impossible, so its loss stays finite.
    all_weights = np.zeros((num_classes, num_features))
    all_bias = np.full(num_classes, bias.min() - np.log(len(labels) + 1))
    all_weights[model.classes_], all_bias[model.classes_] = weights, bias
    return all_weights, all_bias
