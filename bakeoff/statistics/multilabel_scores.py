"""The metrics of tasks in which a row has any number of labels, of many resamples at once.

The same numbers as train/scoring/scores.py has from scikit-learn.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.exact_sums import ExactSums
from bakeoff.statistics.predictions import JobPredictions
from bakeoff.statistics.ratios import ratio

Floats = NDArray[np.float64]


class MultilabelScores:
    """The scores of jobs that all have the same R rows."""

    def __init__(self, jobs: Sequence[JobPredictions], spec: ComparisonSpec) -> None:
        self._metrics = spec.scored_metrics
        truth = jobs[0].truth
        self._occurring = truth.any(axis=0)
        self._truth = _membership(truth)
        # Labels that are rightly given, then those that are wrongly given.
        self._answers = [
            _membership(np.hstack([job.predicted & truth, job.predicted & ~truth])) for job in jobs
        ]
        self._is_right = np.stack(
            [(job.predicted == truth).all(axis=1) for job in jobs], dtype=np.float32
        )
        self._losses = ExactSums(np.stack([job.loss for job in jobs]))
        rankings = [np.zeros(len(truth)) if job.ranking is None else job.ranking for job in jobs]
        self._rankings = ExactSums(np.stack(rankings))

    def __call__(self, counts: NDArray[np.float32]) -> dict[str, Floats]:
        """By metric (jobs, B), of rows drawn as often as counts (R, B) says."""
        exact = counts.astype(np.float64)
        rows = exact.sum(axis=0)
        of_metrics: dict[str, Callable[[], Floats]] = {
            "loss": lambda: self._losses(exact) / rows,
            "subset_accuracy": lambda: (self._is_right @ counts).astype(np.float64) / rows,
            "ranking_average_precision": lambda: self._rankings(exact) / rows,
        }
        of_labels = {} if of_metrics.keys() >= {*self._metrics} else self._of_labels(counts)
        return {
            metric: of_metrics[metric]() if metric in of_metrics else of_labels[metric]
            for metric in self._metrics
        }

    def _of_labels(self, counts: NDArray[np.float32]) -> dict[str, Floats]:
        """The metrics that follow from how often each label is given, rightly and wrongly."""
        truth = (self._truth @ counts).astype(np.float64)
        micro, macro = [], []
        for answers in self._answers:
            right, wrong = np.split((answers @ counts).astype(np.float64), 2)
            involved = right + wrong + truth
            micro.append(ratio(2 * right.sum(axis=0), involved.sum(axis=0)))
            # Labels of the whole test set, so that no resample averages over others.
            of_labels = ratio(2 * right, involved)[self._occurring]
            macro.append(of_labels.sum(axis=0) / max(1, len(of_labels)))
        return {"micro_f1": np.stack(micro), "macro_f1": np.stack(macro)}


def _membership(has_label: NDArray[np.bool_]) -> csr_array:
    """(labels, R), 1 where the row of has_label (R, labels) has the label."""
    return csr_array(has_label.T, dtype=np.float32)
