"""The metrics of the probabilities of several jobs, in many resamples at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.calibration import calibration_error
from bakeoff.statistics.exact_sums import ExactSums
from bakeoff.statistics.predictions import JobPredictions
from bakeoff.statistics.probability_values import ProbabilityValues

Floats = NDArray[np.float64]


class ProbabilityScores:
    """The scores of jobs that all have the same R rows; NaN where a job lacks what it takes."""

    def __init__(self, jobs: Sequence[JobPredictions]) -> None:
        self._num_jobs = len(jobs)
        # By job and metric: a number to start from, and numbers whose mean over the rows is added.
        self._means: list[tuple[int, str, float]] = []
        numbers = []
        self._gaps = []
        for place, job in enumerate(jobs):
            if job.probabilities is None:
                continue
            for metric, start, of_rows in _means(job.probabilities):
                self._means.append((place, metric, start))
                numbers.append(of_rows)
            for metric, gaps in job.probabilities.gaps.items():
                self._gaps.append((place, metric, gaps))
        self._sums = ExactSums(np.stack(numbers)) if numbers else None

    def __call__(self, counts: NDArray[np.float32]) -> dict[str, Floats]:
        """By metric (jobs, B), of rows drawn as often as counts (R, B) says."""
        if self._sums is None:
            return {}
        exact = counts.astype(np.float64)
        found = {
            metric: np.full((self._num_jobs, counts.shape[1]), np.nan)
            for _, metric, _ in [*self._means, *self._gaps]
        }
        means = self._sums(exact) / exact.sum(axis=0)
        for (place, metric, start), mean in zip(self._means, means, strict=True):
            found[metric][place] = np.clip(start + mean, 0.0, None)
        for place, metric, gaps in self._gaps:
            found[metric][place] = calibration_error(gaps, exact)
        return found


def _means(values: ProbabilityValues) -> list[tuple[str, float, Floats]]:
    of_rows = [(metric, 0.0, numbers) for metric, numbers in values.means.items()]
    of_ranks = [(metric, one.value, one.influence) for metric, one in values.rankings.items()]
    return [*of_rows, *of_ranks]
