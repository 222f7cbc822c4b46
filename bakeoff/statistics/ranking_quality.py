"""How well scores rank the rows that have a label above those that have not.

Both measures depend on pairs of rows, so each resample would have to be sorted anew. Instead each
row's influence is computed once: how much the measure rises if the row counts more. A resample's
value is then the observed one plus a mean of influences. For the area under the ROC curve that
gives the variance of E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, "Comparing the Areas
under Two or More Correlated Receiver Operating Characteristic Curves", Biometrics 1988; for others
see A. W. van der Vaart, "Asymptotic Statistics", 1998, chapter 20.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RankingQuality:
    """A measure of R rows."""

    value: float
    """0..1, where 1 is best."""
    influence: Floats
    """(R,) with mean 0: among rows drawn again, the measure is close to the value plus the mean of
    their influences."""


Measure = Callable[[Floats, NDArray[np.bool_]], RankingQuality | None]
"""Of scores and whether each row has the label, both (R,)."""


def roc_auc(scores: Floats, has_label: NDArray[np.bool_]) -> RankingQuality | None:
    """The area under the ROC curve: the probability that a row with the label scores higher than
    one without, where equal scores count half. None if all rows have the label, or none has."""
    num_rows, num_with = len(scores), int(has_label.sum())
    num_without = num_rows - num_with
    if not num_with or not num_without:
        return None
    group, num_groups = _groups(scores)
    with_label = np.bincount(group, weights=has_label, minlength=num_groups)
    without = np.bincount(group, minlength=num_groups) - with_label
    # For each row the share of the rows of the other kind that it is on the right side of.
    below = ((np.cumsum(without) - without / 2) / num_without)[group]
    above = (1 - (np.cumsum(with_label) - with_label / 2) / num_with)[group]
    area = float(below[has_label].mean())
    influence = np.where(has_label, (below - area) / num_with, (above - area) / num_without)
    return RankingQuality(area, influence * num_rows)


def average_precision(scores: Floats, has_label: NDArray[np.bool_]) -> RankingQuality | None:
    """The mean, over the rows with the label, of the share that have it among all rows that score
    at least as high. None if no row has it."""
    num_rows, num_with = len(scores), int(has_label.sum())
    if not num_with:
        return None
    group, num_groups = _groups(-scores)
    with_label = np.bincount(group, weights=has_label, minlength=num_groups)
    as_high = np.cumsum(np.bincount(group, minlength=num_groups))
    precision = np.cumsum(with_label) / as_high
    average = float((precision * with_label).sum() / num_with)
    # A row is among those that score as high as itself, or lower.
    gain, loss = with_label / as_high, with_label * precision / as_high
    to_last_gain, to_last_loss = (_sums_to_the_end(each)[group] for each in (gain, loss))
    own = np.where(has_label, precision[group] - average, 0.0)
    shared = np.where(has_label, to_last_gain, 0.0) - to_last_loss
    return RankingQuality(average, (own + shared) * num_rows / num_with)


def mean_over_labels(found: Sequence[RankingQuality | None]) -> RankingQuality | None:
    """Over those that have a value; None if none has."""
    known = [each for each in found if each is not None]
    if not known:
        return None
    influence = np.zeros_like(known[0].influence)
    for each in known:
        influence += each.influence
    return RankingQuality(float(np.mean([each.value for each in known])), influence / len(known))


def _groups(scores: Floats) -> tuple[NDArray[np.intp], int]:
    """For each row the place of its score among the different ones, ascending."""
    different, group = np.unique(scores, return_inverse=True)
    return group, len(different)


def _sums_to_the_end(values: Floats) -> Floats:
    return np.cumsum(values[::-1])[::-1]
