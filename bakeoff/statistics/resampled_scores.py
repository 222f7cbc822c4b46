"""A candidate's scores, observed and in every resample."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.intervals import interval
from bakeoff.statistics.predictions import CandidatePredictions
from bakeoff.statistics.probability_scores import ProbabilityScores
from bakeoff.statistics.row_errors import mean_errors
from bakeoff.statistics.scores import observed_scores, resampled_scores, scores_of
from bakeoff.statistics.variance import SeedVariance, Variance, rows_variance, seed_variance
from bakeoff.summary.interval import Interval
from bakeoff.summary.metric_summary import MetricSummary

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ResampledScores:
    """The scores of a candidate's S jobs."""

    predictions: CandidatePredictions
    observed: dict[str, Floats]
    """(S,) by metric: those of the task, and those of its probabilities that all jobs have."""
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

    def of_probabilities(self, spec: ComparisonSpec) -> dict[str, MetricSummary]:
        """The metrics that jobs do not report, with their intervals."""
        intervals = self.intervals(spec)
        return {
            name: MetricSummary(
                mean=float(values.mean()),
                std=float(values.std(ddof=1)) if len(values) > 1 else None,
                by_seed={
                    job.seed: float(value)
                    for job, value in zip(self.predictions.jobs, values, strict=True)
                },
                interval=intervals.get(name),
            )
            for name, values in self.observed.items()
            if name not in spec.metrics
        }

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
    of_labels, of_probabilities = scores_of(jobs, spec), ProbabilityScores(jobs)

    def scores(counts: NDArray[np.float32]) -> dict[str, Floats]:
        return {**of_labels(counts), **of_probabilities(counts)}

    observed = observed_scores(scores, num_rows)
    resampled = resampled_scores(scores, num_rows, spec)
    result, begin = [], 0
    for candidate in candidates:
        own = slice(begin, begin + len(candidate.jobs))
        begin = own.stop
        known = [name for name, values in observed.items() if not np.isnan(values[own]).any()]
        result.append(
            ResampledScores(
                predictions=candidate,
                observed={name: observed[name][own] for name in known},
                resampled={name: resampled[name][own] for name in known},
                num_rows=num_rows,
            )
        )
    return result
