"""Labels that are probably wrong, by confident learning.

C. G. Northcutt, L. Jiang and I. L. Chuang, "Confident Learning: Estimating Uncertainty in Dataset
Labels", Journal of Artificial Intelligence Research 70, 2021 (arXiv:1911.00068). A row counts as a
label whose probability reaches that label's threshold t_j, the mean probability of j over the rows
that are labelled j (equation 2 there); among several, as the most probable one. A row that counts
as another label than its own lies off the diagonal of the confident joint (equation 1), and is
suspect. As each label has its own threshold, it may be rare or hard without being suspected for it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HIGHEST_THRESHOLD = 0.8
"""Where a model is nearly always sure, about half of its rows fall short of the mean, if only by a
little, and so would half of the wrong labels. So, unlike in the paper, no threshold is higher."""
FEWEST_ROWS = 10
"""Labels with fewer rows cannot be learnt from other rows, so all of theirs would be suspect."""
# Sums in another order round differently, and a threshold may be the probability of one row.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class ConfidentLabels:
    """Of R rows."""

    likely: NDArray[np.int64]
    """(R,) the label that a suspect row counts as; of other rows the most probable one beside their
    own."""
    is_suspect: NDArray[np.bool_]
    """(R,) Rows whose own label is the most probable one, or has few rows, never are."""
    score: NDArray[np.float64]
    """(R,) 0..1: how much more probable than the given label the most probable other one is, as
    (1 + p_other - p_given) / 2; 1 minus the normalised margin by which the paper ranks."""

    def order(self) -> NDArray[np.int64]:
        """The places of the suspect rows, the most doubtful first."""
        by_score = np.argsort(-self.score, kind="stable")
        return by_score[self.is_suspect[by_score]]


def confident_labels(
    probabilities: NDArray[np.floating],
    labels: NDArray[np.integer],
    highest_threshold: float = HIGHEST_THRESHOLD,
    fewest_rows: int = FEWEST_ROWS,
) -> ConfidentLabels:
    """
    Args:
        probabilities: (R, L), each row by models that were not fitted on it; L is 2 at least.
        labels: (R,) the given ones, as class numbers.
        highest_threshold, fewest_rows: both 1 for the rule of the paper.
    """
    rows = np.arange(len(labels))
    given = probabilities[rows, labels].astype(np.float64)
    others = probabilities.astype(np.float64)
    others[rows, labels] = -1.0
    counts = np.bincount(labels, minlength=probabilities.shape[1])
    thresholds = _thresholds(given, labels, counts, highest_threshold)
    reached = np.where(probabilities >= thresholds - _ROUNDING, probabilities, -1.0)
    counts_as = reached.argmax(axis=1)
    margin = others.max(axis=1) - given
    is_suspect = (reached.max(axis=1) >= 0) & (counts_as != labels) & (margin > 0)
    is_suspect &= counts[labels] >= fewest_rows
    likely = np.where(is_suspect, counts_as, others.argmax(axis=1))
    return ConfidentLabels(likely, is_suspect, (1 + margin) / 2)


def _thresholds(
    given: NDArray[np.float64],
    labels: NDArray[np.integer],
    counts: NDArray[np.int64],
    highest: float,
) -> NDArray[np.float64]:
    """(L,) the mean probability of each label over its own rows, at most `highest`; out of reach
    for one without rows.

    Args:
        counts: (L,) the rows of each label.
    """
    sums = np.bincount(labels, weights=given, minlength=len(counts))
    means = sums / np.maximum(counts, 1)
    return np.where(counts > 0, np.minimum(means, highest), np.inf)
