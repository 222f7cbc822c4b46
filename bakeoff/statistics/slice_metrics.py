"""Which metric tells candidates apart on a slice, and where it has a meaning."""

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.summary.slices import SlicedBy

_OF_POSITIVE = ("f1", "precision", "recall")
_OF_DIFFERENT = ("mcc", "pearson", "spearman")
_OF_LABELS = ("micro_f1", "macro_f1")


def slice_metric(by: SlicedBy, spec: ComparisonSpec) -> str:
    """The main metric, or one in its place where all rows have about the same truth.

    Of rows with one label, most metrics say no more than the share of right ones; the F1 of a
    binary task is 0 on all rows that are negative. Of numbers from a narrow range, a correlation is
    low whatever the errors are.
    """
    metric = spec.main_metric
    if by == "label" and spec.task in ("binary", "multiclass") and metric != "loss":
        return "accuracy"
    if by == "target" and metric in _OF_DIFFERENT:
        return "mae"
    return metric


def has_meaning(metric: str, truth: NDArray[np.generic], spec: ComparisonSpec) -> bool:
    """Whether the metric can be anything else than 0 on rows with this truth, (R,) or (R, L)."""
    if spec.task == "multilabel":
        return metric not in _OF_LABELS or bool(truth.any())
    if spec.positive_index is not None and metric in _OF_POSITIVE:
        return bool((truth == spec.positive_index).any())
    return metric not in _OF_DIFFERENT or len(np.unique(truth)) > 1
