"""Fits a linear head on each kind of features, and keeps the best on validation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from job.training_config import TrainingConfig
from linear.feature_scale import FeatureScale
from linear.linear_head import ChosenHead, choose_linear_head
from linear.out_of_fold import out_of_fold_logits
from linear.row_features import ALONE, FeatureKind
from scoring.task import Task

# They suit some hundreds of features with variance 1.
STRENGTHS = (0.0001, 0.001, 0.01, 0.1, 1.0)
RIDGE_STRENGTHS = (0.000001, 0.00001, 0.0001, 0.001, 0.01, 0.1)

Features = Callable[[str, FeatureKind], NDArray[np.float32]]
"""(rows, features) of a split, in one of the kinds."""


@dataclass(frozen=True)
class ChosenFeatures:
    kind: FeatureKind
    best: ChosenHead
    """On the features as they are."""

    def train_logits(
        self, task: Task, features: NDArray[np.float32], labels: NDArray[Any]
    ) -> NDArray[np.float32]:
        """(rows, labels), of train rows by heads that were fitted on others of them; `features` are
        of this kind."""
        scaled = _scale(features, self.kind).applied(features)
        return out_of_fold_logits(task, scaled, labels, self.best.strength)


def choose_features(
    config: TrainingConfig,
    kinds: Sequence[FeatureKind],
    features: Features,
    labels: Mapping[str, NDArray[Any]],
) -> ChosenFeatures:
    """The kind whose head has the best main metric on validation; the first of equals.

    Args:
        features, labels: by split; "train" and "validation" are used.
    """
    chosen: ChosenFeatures | None = None
    for kind in kinds:
        best = _head_on(config, kind, features, labels)
        if chosen is None or config.is_better(
            best.validation_scores, chosen.best.validation_scores
        ):
            chosen = ChosenFeatures(kind, best)
    if chosen is None:
        raise ValueError("no kinds of features to choose from")
    return chosen


def _head_on(
    config: TrainingConfig,
    kind: FeatureKind,
    features: Features,
    labels: Mapping[str, NDArray[Any]],
) -> ChosenHead:
    train = features("train", kind)
    scale = _scale(train, kind)
    train = scale.applied(train)
    best = choose_linear_head(
        config,
        (train, labels["train"]),
        (scale.applied(features("validation", kind)), labels["validation"]),
        RIDGE_STRENGTHS if config.task == "regression" else STRENGTHS,
    )
    return replace(best, head=scale.undone(best.head))


def _scale(features: NDArray[np.float32], kind: FeatureKind) -> FeatureScale:
    return FeatureScale.of(features, are_of_pairs=kind.pairing == ALONE)
