"""What is found on test at the threshold that validation chose for a wanted precision or recall."""

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.ranking_quality import RankingQuality

Bools = NDArray[np.bool_]


def target_values(is_given: Bools, has_label: Bools) -> dict[str, RankingQuality]:
    """By metric, as ratios of numbers of rows, with each row's influence on them.

    Args:
        is_given: (R,) whether the row gets the positive label.
        has_label: (R,) whether it has it.
    """
    everywhere, right = np.ones(len(is_given), bool), is_given & has_label
    found = {"target_coverage": _share(is_given, everywhere)}
    if has_label.any():
        found["target_recall"] = _share(right, has_label)
    if is_given.any():
        found["target_precision"] = _share(right, is_given)
    return found


def _share(part: Bools, whole: Bools) -> RankingQuality:
    """The linear approximation of a ratio; `part` are some of `whole`."""
    share = float(part.sum() / whole.sum())
    return RankingQuality(share, (part - share * whole) * (len(whole) / whole.sum()))
