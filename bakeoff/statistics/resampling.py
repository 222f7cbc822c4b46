"""The draws of the bootstrap: how often each test row is in each resample.

Rows are drawn with replacement, the same for all candidates and seeds, so that comparisons are
paired: the multi-bootstrap of Sellam et al., "The MultiBERTs: BERT Reproductions for Robustness
Analysis", ICLR 2022 (https://arxiv.org/abs/2106.16163). That one draws seeds as well. Here what the
seeds add to the variance is computed: of a mean over S seeds it is known what drawing them would
give, which is too little by (S - 1) / S (`variance.py`).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def row_draws(
    num_rows: int, resamples: int, seed: int, block_resamples: int
) -> Iterator[NDArray[np.float32]]:
    """Yields blocks (rows, block_resamples or fewer) of how often each row was drawn.

    A column's sum is num_rows. The draws depend on rows, resamples and seed alone, not on blocks.
    """
    chance = np.random.default_rng(seed)
    for begin in range(0, resamples, block_resamples):
        counts = np.empty((min(block_resamples, resamples - begin), num_rows), np.float32)
        for resample in counts:
            drawn = chance.integers(num_rows, size=num_rows)
            resample[:] = np.bincount(drawn, minlength=num_rows)
        yield np.ascontiguousarray(counts.T)
