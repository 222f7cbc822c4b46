"""The draws of the bootstrap: how often each test row occurs in each resample.

Rows are drawn with replacement, the same for all candidates and seeds, so comparisons are paired,
as in the multi-bootstrap of Sellam et al., "The MultiBERTs: BERT Reproductions for Robustness
Analysis", ICLR 2022 (https://arxiv.org/abs/2106.16163). The multi-bootstrap draws seeds, too. Here
the variance due to seeds is computed instead, because drawing S seeds underestimates it by the
factor (S - 1) / S (`variance.py`).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def row_draws(
    num_rows: int, resamples: int, seed: int, block_resamples: int
) -> Iterator[NDArray[np.float32]]:
    """Yield blocks (rows, at most block_resamples) of how often each row was drawn.

    Each column sums to num_rows. The draws depend on num_rows, resamples and seed, not on the
    blocks.
    """
    chance = np.random.default_rng(seed)
    for begin in range(0, resamples, block_resamples):
        counts = np.empty((min(block_resamples, resamples - begin), num_rows), np.float32)
        for resample in counts:
            drawn = chance.integers(num_rows, size=num_rows)
            resample[:] = np.bincount(drawn, minlength=num_rows)
        yield np.ascontiguousarray(counts.T)
