"""A candidate's scores, observed and in every resample."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.intervals import interval
from bakeoff.statistics.predictions import CandidatePredictions
from bakeoff.statistics.row_errors import mean_errors
from bakeoff.statistics.scores import observed_scores, resampled_scores, scores_of
from bakeoff.statistics.variance import SeedVariance, Variance, rows_variance, seed_variance
from bakeoff.summary.document import Interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ResampledScores:
    """The scores of a candidate's S jobs."""

    predictions: CandidatePredictions
    observed: dict[str, Floats]
    """(S,) by metric."""
    resampled: dict[str, Floats]
    """(S, resamples) by metric: each job's score on the resampled rows."""
    num_rows: int

    @property
    def candidate(self) -> str:
        return self.predictions.candidate

    def mean(self, metric: str) -> float:
        return float(self.observed[metric].mean())

    def resampled_mean(self, metric: str) -> Floats:
        """(resamples,) mean over all seeds on the resampled rows; seeds are not resampled."""
        return self.resampled[metric].mean(axis=0)

    def seed_variance(self, metric: str) -> SeedVariance:
        return seed_variance(self.observed[metric], self.resampled[metric], self.num_rows)

    @cached_property
    def errors(self) -> Floats:
        """(R,) the candidate's error on each row."""
        return mean_errors(self.predictions)

    def intervals(self, spec: ComparisonSpec) -> dict[str, Interval]:
        """The interval of each metric's mean over the seeds, for metrics that have one."""
        found = {
            metric: interval(
                metric, self.mean(metric), self.variance(metric), self.num_rows, spec.confidence
            )
            for metric in self.observed
        }
        return {metric: each for metric, each in found.items() if each is not None}

    def variance(self, metric: str) -> Variance:
        """The variance of the mean over the seeds."""
        rows = float(rows_variance(self.resampled_mean(metric), self.num_rows))
        return Variance(rows, max(1, self.num_rows - 1), [self.seed_variance(metric)])


def resample(
    candidates: Sequence[CandidatePredictions], spec: ComparisonSpec
) -> list[ResampledScores]:
    """Score candidates that have at least one job each, all on the same test rows."""
    jobs = [job for candidate in candidates for job in candidate.jobs]
    num_rows = len(jobs[0].ids)
    scores = scores_of(jobs, spec)
    observed = observed_scores(scores, num_rows)
    resampled = resampled_scores(scores, num_rows, spec)
    result, begin = [], 0
    for candidate in candidates:
        own = slice(begin, begin + len(candidate.jobs))
        begin = own.stop
        result.append(
            ResampledScores(
                predictions=candidate,
                observed={name: values[own] for name, values in observed.items()},
                resampled={name: values[own] for name, values in resampled.items()},
                num_rows=num_rows,
            )
        )
    return result
