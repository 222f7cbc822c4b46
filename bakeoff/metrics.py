"""The metrics of each task and their meaning, in the only table of them in the domain.

The columns, SageMaker's metric definitions, the main metrics that a request may choose and the
documentation are derived from it.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Task = Literal["binary", "multiclass", "multilabel", "regression"]

TASKS: tuple[Task, ...] = get_args(Task)


@dataclass(frozen=True)
class Metric:
    """A measure of a candidate's quality."""

    name: str
    unit: str
    """Also gives the range of values; see `value_range`."""
    meaning: str
    spoken: str = ""
    """The name in prose; empty: `name` with spaces for underscores."""
    higher_is_better: bool = True


_SHARE = "0 to 1"
_CORRELATION = "-1 to 1"
_LABEL_UNIT = "as the label"
_RANGES = {_SHARE: (0.0, 1.0), _CORRELATION: (-1.0, 1.0)}
_AVERAGED = "of the positive label; `multiclass`: mean over the labels that occur"

# In the order of the columns.
METRICS: tuple[Metric, ...] = (
    Metric(
        "loss",
        "nats; squared label",
        "Mean cross-entropy of the given labels; `multilabel`: mean binary cross-entropy over rows "
        "and labels; `regression`: mean squared error",
        higher_is_better=False,
    ),
    Metric("accuracy", _SHARE, "Share of rows that are labelled correctly"),
    Metric("f1", _SHARE, f"F1 {_AVERAGED}", spoken="F1"),
    Metric("precision", _SHARE, f"Precision {_AVERAGED}"),
    Metric("recall", _SHARE, f"Recall {_AVERAGED}"),
    Metric("macro_f1", _SHARE, "F1, mean over the labels that occur", spoken="macro F1"),
    Metric(
        "weighted_f1",
        _SHARE,
        "F1, mean over the labels that occur, weighted by their rows",
        spoken="weighted F1",
    ),
    Metric("mcc", _CORRELATION, "Matthews correlation coefficient", spoken="Matthews correlation"),
    Metric("balanced_accuracy", _SHARE, "Recall, mean over the labels that occur"),
    Metric("micro_f1", _SHARE, "F1 over all rows and labels together", spoken="micro F1"),
    Metric("subset_accuracy", _SHARE, "Share of rows whose labels are all correct"),
    Metric(
        "ranking_average_precision",
        _SHARE,
        "Label ranking average precision: how far a row's labels are ranked above the others",
    ),
    Metric(
        "pearson",
        _CORRELATION,
        "Pearson's correlation; 0 if all predictions are equal",
        spoken="Pearson's correlation",
    ),
    Metric(
        "spearman",
        _CORRELATION,
        "Spearman's rank correlation; 0 if all predictions are equal",
        spoken="Spearman's correlation",
    ),
    Metric(
        "rmse", _LABEL_UNIT, "Root of the mean squared error", spoken="RMSE", higher_is_better=False
    ),
    Metric("mae", _LABEL_UNIT, "Mean absolute error", spoken="MAE", higher_is_better=False),
)

METRIC_NAMES = tuple(metric.name for metric in METRICS)

_BY_LABEL = "of the positive label; else the mean over the labels, each against the rest"

PROBABILITY_METRICS: tuple[Metric, ...] = (
    Metric("roc_auc", _SHARE, f"Area under the ROC curve {_BY_LABEL}", spoken="ROC-AUC"),
    Metric("average_precision", _SHARE, f"Average precision {_BY_LABEL}"),
    Metric(
        "brier",
        _SHARE,
        "Brier score: half the squared distance between the probabilities and the truth; "
        "`multilabel`: mean squared distance over rows and labels",
        spoken="Brier score",
        higher_is_better=False,
    ),
    Metric(
        "calibration_error",
        _SHARE,
        "Expected calibration error in 15 bins of equally many rows: the mean distance between the "
        "probability of the answer and the share of right answers",
        higher_is_better=False,
    ),
    Metric(
        "scaled_calibration_error",
        _SHARE,
        "The same after temperature scaling",
        spoken="calibration error, scaled",
        higher_is_better=False,
    ),
    Metric(
        "scaled_loss",
        "nats",
        "`loss` after temperature scaling by validation",
        spoken="loss, scaled",
        higher_is_better=False,
    ),
    Metric(
        "target_recall",
        _SHARE,
        "Recall of the positive label at the threshold for the request's `target`",
        spoken="recall at the target",
    ),
    Metric(
        "target_precision",
        _SHARE,
        "Its precision there",
        spoken="precision at the target",
    ),
    Metric(
        "target_coverage",
        _SHARE,
        "The share of all rows that get the positive label there",
        spoken="coverage at the target",
    ),
)
"""What the probabilities of a classification are worth, on test. The comparison computes them from
the predictions; a job knows none of them, so none can be the main metric."""

ALL_METRICS = METRICS + PROBABILITY_METRICS
"""In the order of the rows of metrics.csv."""
ALL_METRIC_NAMES = tuple(metric.name for metric in ALL_METRICS)

_BY_NAME = {metric.name: metric for metric in ALL_METRICS}

_CLASSIFICATION = (
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

METRICS_OF: dict[Task, tuple[str, ...]] = {
    "binary": _CLASSIFICATION,
    "multiclass": _CLASSIFICATION,
    "multilabel": ("loss", "micro_f1", "macro_f1", "subset_accuracy", "ranking_average_precision"),
    "regression": ("loss", "pearson", "spearman", "rmse", "mae"),
}
"""The names of the metrics, by task."""

_SAME: Mapping[str, Mapping[str, str]] = {
    "multiclass": {"macro_f1": "f1", "balanced_accuracy": "recall"},
}
"""Metrics that are another one by definition, where several labels are averaged."""

_HEADLINES: dict[Task, tuple[str, ...]] = {
    "binary": ("f1", "accuracy", "precision", "recall", "loss"),
    "multiclass": ("f1", "accuracy", "precision", "recall", "loss"),
    "multilabel": (
        "micro_f1",
        "macro_f1",
        "subset_accuracy",
        "ranking_average_precision",
        "loss",
    ),
    "regression": ("rmse", "mae", "pearson", "spearman", "loss"),
}


def default_main_metric(task: Task) -> str:
    """The metric to rank by if the request does not choose one."""
    return _HEADLINES[task][0]


def headlines(task: Task, main_metric: str) -> tuple[str, ...]:
    """The metrics in a short table, the main metric first, and equal ones once."""
    return distinct((main_metric, *_HEADLINES[task]), task)


def distinct(names: Iterable[str], task: str | None) -> tuple[str, ...]:
    """The names without those that equal an earlier one in the task, whatever the data."""
    same = _SAME.get(task, {}) if task else {}
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(same.get(name, name), name)
    return tuple(first.values())


def higher_is_better(metric: str) -> bool:
    """Raises KeyError for an unknown metric."""
    return _BY_NAME[metric].higher_is_better


def spoken_name(metric: str) -> str:
    """The metric's name in prose: `macro_f1` is macro F1.

    Accepts unknown metrics, because a summary may come from another version.
    """
    spoken = _BY_NAME[metric].spoken if metric in _BY_NAME else ""
    return spoken or metric.replace("_", " ")


def value_range(metric: str) -> tuple[float, float]:
    """The least and the greatest possible value. Raises KeyError for an unknown metric."""
    return _RANGES.get(_BY_NAME[metric].unit, (0.0, math.inf))
