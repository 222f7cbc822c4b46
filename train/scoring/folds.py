"""Divides rows into folds, so that each row is scored by a model that has not seen it."""

import numpy as np
from numpy.typing import NDArray


def fold_numbers(strata: NDArray[np.int64], num_folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of each row, (rows,), from 0.

    The rows of each stratum are dealt out in random order, each stratum beginning where the one
    before ended. So the folds differ by at most one row, in all and within each stratum, also where
    a stratum has fewer rows than there are folds. With fewer rows than folds, each row is a fold.
    """
    order = np.random.default_rng(seed).permutation(len(strata))
    order = order[np.argsort(strata[order], kind="stable")]
    folds = np.empty(len(strata), dtype=np.int64)
    folds[order] = np.arange(len(strata)) % num_folds
    return folds
