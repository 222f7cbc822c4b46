"""The order in which rows are computed."""

import numpy as np
from numpy.typing import NDArray


def longest_first(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """An order of rows by descending length, so that batches have rows of similar length."""
    return np.argsort(-lengths, kind="stable")
