"""The metrics of a regression, in many resamples at once.

They equal those that train/scoring/scores.py computes with scikit-learn and scipy.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.exact_sums import ExactSums
from bakeoff.statistics.predictions import JobPredictions
from bakeoff.statistics.rank_correlation import RankCorrelation
from bakeoff.statistics.ratios import ratio

Floats = NDArray[np.float64]

# A variance below this share of the mean square is a rounding error.
_ROUNDING = 1e-12


class RegressionScores:
    """The scores of jobs that all have the same R rows."""

    def __init__(self, jobs: Sequence[JobPredictions], spec: ComparisonSpec) -> None:
        self._metrics = spec.scored_metrics
        truth = jobs[0].truth
        predicted = np.stack([job.predicted for job in jobs])
        error = predicted - truth
        self._errors = ExactSums(np.vstack([np.abs(error), error**2]))
        # Correlation does not depend on the origin; near it, squares lose the fewest digits.
        x = predicted - np.median(predicted, axis=1, keepdims=True)
        y = (truth - np.median(truth))[None]
        self._moments_x = ExactSums(np.vstack([x, x**2, x * y]))
        self._moments_y = ExactSums(np.vstack([y, y**2]))
        # By far the slowest: every resample is ranked anew.
        self._rank_correlation = (
            RankCorrelation(predicted, truth) if "spearman" in self._metrics else None
        )

    def __call__(self, counts: NDArray[np.float32]) -> dict[str, Floats]:
        """By metric (jobs, B), where counts (R, B) is how often each row is drawn."""
        exact = counts.astype(np.float64)
        found = {}
        if "pearson" in self._metrics:
            found["pearson"] = self._pearson(exact)
        if self._rank_correlation is not None:
            found["spearman"] = self._rank_correlation(counts)
        if not found.keys() >= {*self._metrics}:
            found |= self._mean_errors(exact)
        return {metric: found[metric] for metric in self._metrics}

    def _mean_errors(self, counts: Floats) -> dict[str, Floats]:
        absolute, squared = np.split(self._errors(counts) / counts.sum(axis=0), 2)
        return {"loss": squared, "rmse": np.sqrt(squared), "mae": absolute}

    def _pearson(self, counts: Floats) -> Floats:
        rows = counts.sum(axis=0)
        x, xx, xy = np.split(self._moments_x(counts) / rows, 3)
        y, yy = np.split(self._moments_y(counts) / rows, 2)
        variances = _variance(x, xx), _variance(y, yy)
        return np.clip(ratio(xy - x * y, np.sqrt(variances[0]) * np.sqrt(variances[1])), -1, 1)


def _variance(mean: Floats, mean_square: Floats) -> Floats:
    variance = mean_square - mean**2
    return np.where(variance > _ROUNDING * mean_square, variance, 0.0)
