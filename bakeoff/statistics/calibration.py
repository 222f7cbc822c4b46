"""Whether stated probabilities come true: the expected calibration error.

Rows are put into bins by their probability, each with the same number of rows, and each bin's mean
probability is compared with the share of right answers in it. The error is the mean of the
distances. (M. P. Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
AAAI 2015; bins of equal numbers: K. Nguyen and B. O'Connor, "Posterior calibration and exploratory
analysis for natural language processing models", EMNLP 2015.)
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

NUM_BINS = 15

# Enough probabilities to know the bins' ends by.
_MOST_SORTED = 1_000_000

Floats = NDArray[np.float64]


def bin_ends(probabilities: NDArray[np.floating]) -> Floats:
    """The different ends between bins of equally many; equal probabilities share a bin.

    Of very many probabilities, a part at even distances decides.
    """
    flat = probabilities.reshape(-1)
    some = flat[:: -(-flat.size // _MOST_SORTED)].astype(np.float64)
    return np.unique(np.quantile(some, np.arange(1, NUM_BINS) / NUM_BINS))


def gaps(probabilities: Floats, is_right: NDArray[np.bool_], ends: Floats) -> csr_array:
    """What each row adds to each bin's gap: right (1 or 0) minus probability; (bins, R).

    Args:
        probabilities, is_right: (R, L), of L answers about each row, which count 1 / L each.
    """
    rows, answers = probabilities.shape
    place = np.searchsorted(ends, probabilities, side="right")
    cells = np.arange(rows)[:, None] * NUM_BINS + place
    added = (is_right - probabilities) / answers
    sums = np.bincount(cells.ravel(), weights=added.ravel(), minlength=rows * NUM_BINS)
    return csr_array(sums.reshape(rows, NUM_BINS).T)


def calibration_error(gaps: csr_array, counts: NDArray[np.float64]) -> Floats:
    """(B,) of rows drawn as often as counts (R, B) says, in bins that stay the same."""
    error: Floats = np.abs(gaps @ counts).sum(axis=0) / counts.sum(axis=0)
    return error
