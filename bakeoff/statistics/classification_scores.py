"""The metrics of tasks in which each row has one label, of many resamples at once.

All but the loss follow from how many rows of each class are drawn, and of each predicted class how
many that are right and how many that are wrong. The same numbers as train/scoring/scores.py has
from scikit-learn.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.exact_sums import ExactSums
from bakeoff.statistics.predictions import JobPredictions
from bakeoff.statistics.ratios import ratio

Floats = NDArray[np.float64]


class ClassificationScores:
    """The scores of jobs that all have the same R rows."""

    def __init__(self, jobs: Sequence[JobPredictions], spec: ComparisonSpec) -> None:
        self._metrics = spec.scored_metrics
        self._num_classes = len(spec.labels)
        self._positive = spec.positive_index
        truth = jobs[0].truth
        self._occurring = np.bincount(truth, minlength=self._num_classes) > 0
        self._truth = _membership(truth, self._num_classes)
        # Right answers by class, then wrong ones by class: each row is in one of them.
        self._answers = [
            _membership(
                job.predicted + np.where(job.predicted == truth, 0, self._num_classes),
                2 * self._num_classes,
            )
            for job in jobs
        ]
        self._losses = ExactSums(np.stack([job.loss for job in jobs]))

    def __call__(self, counts: NDArray[np.float32]) -> dict[str, Floats]:
        """By metric (jobs, B), of rows drawn as often as counts (R, B) says."""
        found = {}
        if "loss" in self._metrics:
            exact = counts.astype(np.float64)
            found["loss"] = self._losses(exact) / exact.sum(axis=0)
        if not found.keys() >= {*self._metrics}:
            found |= self._of_answers(counts)
        return {metric: found[metric] for metric in self._metrics}

    def _of_answers(self, counts: NDArray[np.float32]) -> dict[str, Floats]:
        """All metrics but the loss."""
        truth = (self._truth @ counts).astype(np.float64)
        of_jobs = []
        for answers in self._answers:
            right, wrong = np.split((answers @ counts).astype(np.float64), 2)
            of_jobs.append(
                class_metrics(right, right + wrong, truth, self._occurring, self._positive)
            )
        return {name: np.stack([job[name] for job in of_jobs]) for name in of_jobs[0]}


def class_metrics(
    right: Floats,
    predicted: Floats,
    truth: Floats,
    occurring: NDArray[np.bool_],
    positive_index: int | None,
) -> dict[str, Floats]:
    """All classification metrics but the loss, each (B,).

    Args:
        right, predicted, truth: (K, B) rows of each class that are labelled right, are given this
            class, and have it.
        occurring: (K,) the classes that averages are over: those that occur in the whole test set,
            though a resample may lack some. Of such a class every ratio counts as 0.
        positive_index: the class that F1, precision and recall are computed for; None: the mean.
    """
    rows = truth.sum(axis=0)
    precision, recall = ratio(right, predicted), ratio(right, truth)
    f1 = ratio(2 * right, predicted + truth)
    macro_f1, macro_precision, macro_recall = (
        ratios[occurring].mean(axis=0) for ratios in (f1, precision, recall)
    )
    if positive_index is None:
        of_label = (macro_f1, macro_precision, macro_recall)
    else:
        of_label = (f1[positive_index], precision[positive_index], recall[positive_index])
    return {
        "accuracy": right.sum(axis=0) / rows,
        **dict(zip(("f1", "precision", "recall"), of_label, strict=True)),
        "macro_f1": macro_f1,
        "weighted_f1": (f1 * truth).sum(axis=0) / rows,
        "mcc": _matthews(right, predicted, truth),
        "balanced_accuracy": macro_recall,
    }


def _matthews(right: Floats, predicted: Floats, truth: Floats) -> Floats:
    """Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient",
    2004; 0 where all rows have one class, or are given one."""
    rows = truth.sum(axis=0)
    covariance = right.sum(axis=0) * rows - (predicted * truth).sum(axis=0)
    of_predicted = rows**2 - (predicted**2).sum(axis=0)
    of_truth = rows**2 - (truth**2).sum(axis=0)
    return np.clip(ratio(covariance, np.sqrt(of_predicted) * np.sqrt(of_truth)), -1, 1)


def _membership(groups: NDArray[np.integer], num_groups: int) -> csr_array:
    """(groups, R), 1 where the row is in the group."""
    ones = np.ones(len(groups), np.float32)
    return csr_array((ones, (groups, np.arange(len(groups)))), shape=(num_groups, len(groups)))
