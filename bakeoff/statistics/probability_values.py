"""What is kept of a job's probabilities to score them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bakeoff.statistics.ranking_quality import RankingQuality


@dataclass(frozen=True)
class ProbabilityValues:
    """Of one job, for R rows; a metric that cannot be computed is missing."""

    means: dict[str, NDArray[np.float64]]
    """(R,) by metric, which is their mean."""
    rankings: dict[str, RankingQuality]
    """By metric."""
    gaps: dict[str, csr_array]
    """(bins, R) by metric."""
