"""The scores of each task, computed by scikit-learn and scipy from a model's outputs.

Averages over labels are over the labels that occur in the scored rows. They are the same for every
model, whatever it predicts; scikit-learn would also count labels that are only predicted.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_softmax
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    label_ranking_average_precision_score,
    matthews_corrcoef,
    mean_absolute_error,
    mean_squared_error,
    precision_recall_fscore_support,
    recall_score,
)

CLASSIFICATION_METRICS = (
    "loss",
    "accuracy",
    "f1",
    "precision",
    "recall",
    "macro_f1",
    "weighted_f1",
    "mcc",
    "balanced_accuracy",
)
MULTILABEL_METRICS = (
    "loss",
    "micro_f1",
    "macro_f1",
    "subset_accuracy",
    "ranking_average_precision",
)
REGRESSION_METRICS = ("loss", "pearson", "spearman", "rmse", "mae")
OF_LIKELIHOODS = ("loss", "ranking_average_precision")
"""Those of labels that take how likely each label is; the loss of a regression does not."""
# All of them, each once.
METRICS = tuple(dict.fromkeys(CLASSIFICATION_METRICS + MULTILABEL_METRICS + REGRESSION_METRICS))


def classification_scores(
    logits: NDArray[np.floating], labels: NDArray[np.integer], positive_index: int | None
) -> dict[str, float]:
    """CLASSIFICATION_METRICS of the class with the highest logit; a ratio of nothing counts as 0.

    Args:
        logits: (rows, classes), before softmax.
        labels: (rows,), 0-based classes.
        positive_index: the class that F1, precision and recall are computed for; None takes their
            unweighted mean over the classes that occur (macro).

    Returns:
        loss is the mean cross-entropy (log loss) in nats. macro_f1 and balanced_accuracy are the
        means of F1 and recall over the classes that occur.
    """
    predicted = logits.argmax(axis=-1)
    over_occurring: Mapping[str, Any] = {"average": "macro", "labels": np.unique(labels)}
    averaging = (
        over_occurring
        if positive_index is None
        else {"average": "binary", "pos_label": positive_index}
    )
    precision, recall, f1, _ = precision_recall_fscore_support(
        labels, predicted, zero_division=0, **averaging
    )
    log_probabilities = log_softmax(logits.astype(np.float64), axis=-1)
    # scikit-learn's balanced_accuracy_score gives the same, but warns if a class is only predicted.
    balanced = recall_score(labels, predicted, **over_occurring)
    return {
        "loss": float(-log_probabilities[np.arange(len(labels)), labels].mean()),
        "accuracy": float(accuracy_score(labels, predicted)),
        "f1": float(f1),
        "precision": float(precision),
        "recall": float(recall),
        "macro_f1": float(f1_score(labels, predicted, zero_division=0, **over_occurring)),
        "weighted_f1": float(f1_score(labels, predicted, average="weighted", zero_division=0)),
        "mcc": float(matthews_corrcoef(labels, predicted)),
        "balanced_accuracy": float(balanced),
    }


def multilabel_scores(
    logits: NDArray[np.floating], labels: NDArray[np.number], threshold: float
) -> dict[str, float]:
    """MULTILABEL_METRICS; a ratio of nothing counts as 0.

    Args:
        logits: (rows, labels), before the sigmoid.
        labels: (rows, labels), 1 where the row has the label, else 0.
        threshold: 0..1; a label is predicted where its probability is at least this.

    Returns:
        loss is the mean binary cross-entropy over rows and labels, in nats. macro_f1 is the mean
        over the labels that occur, 0 if no row has a label. ranking_average_precision does not
        depend on the threshold.
    """
    wanted = labels.astype(np.int8)
    predicted = (probabilities(logits) >= threshold).astype(np.int8)
    wide = logits.astype(np.float64)
    # ln(1 + exp(x)) - x * label: the cross-entropy of a sigmoid that cannot overflow.
    losses = np.logaddexp(0.0, wide) - wide * wanted
    of_labels = f1_score(wanted, predicted, average=None, zero_division=0)
    occurring = wanted.any(axis=0)
    return {
        "loss": float(losses.mean()),
        "micro_f1": float(f1_score(wanted, predicted, average="micro", zero_division=0)),
        "macro_f1": float(of_labels[occurring].mean()) if occurring.any() else 0.0,
        "subset_accuracy": float(accuracy_score(wanted, predicted)),
        "ranking_average_precision": float(label_ranking_average_precision_score(wanted, wide)),
    }


def regression_scores(
    predictions: NDArray[np.floating], labels: NDArray[np.floating]
) -> dict[str, float]:
    """REGRESSION_METRICS of predictions and labels, both (rows,).

    loss is the mean squared error; a correlation with constant values counts as 0.
    """
    wide = predictions.astype(np.float64)
    squared = float(mean_squared_error(labels, wide))
    varied = len(labels) > 1 and np.ptp(wide) > 0 and np.ptp(labels) > 0
    return {
        "loss": squared,
        "pearson": float(pearsonr(wide, labels).statistic) if varied else 0.0,
        "spearman": float(spearmanr(wide, labels).statistic) if varied else 0.0,
        "rmse": float(np.sqrt(squared)),
        "mae": float(mean_absolute_error(labels, wide)),
    }


def probabilities(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """The sigmoid of logits (rows, labels): the probability of each label by itself."""
    chances: NDArray[np.float64] = expit(logits.astype(np.float64))
    return chances
