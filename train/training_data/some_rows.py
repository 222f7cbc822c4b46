"""A random part of rows, where to look at all of them would take too long."""

import numpy as np
from numpy.typing import NDArray


def some_rows(num_rows: int, most: int, seed: int) -> NDArray[np.int64]:
    """The numbers of at most `most` rows, ascending. The first rows of a file would not do: files
    may be sorted by label."""
    if num_rows <= most:
        return np.arange(num_rows)
    return np.sort(np.random.default_rng(seed).choice(num_rows, most, replace=False))
