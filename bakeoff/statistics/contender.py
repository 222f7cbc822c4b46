"""What is kept of a candidate to compare it with others.

The predictions of a thousand candidates do not fit into a function's memory, so each candidate's
are reduced to what a comparison by the main metric takes: some kilobytes, and five bytes a row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.mcnemar import RightAnswers
from bakeoff.statistics.resampled_scores import ResampledScores
from bakeoff.statistics.row_errors import mean_errors
from bakeoff.statistics.variance import SeedVariance

# Averages of continuous values of each row, so every row may differ between two candidates.
_OF_ALL_ROWS = ("loss", "ranking_average_precision")


@dataclass(frozen=True)
class Contender:
    candidate: str
    shown_name: str
    has_chance: bool
    """Whether the result depends on the seed."""
    num_seeds: int
    num_rows: int
    mean: float
    """The main metric's mean over the seeds, on the test rows."""
    resampled_mean: NDArray[np.float64]
    """(resamples,) the same on resampled rows."""
    seed_variance: SeedVariance
    errors: NDArray[np.float32] | None
    """(R,) the candidate's error on each row; None if the main metric differs on every row."""
    right: RightAnswers | None
    """None in a regression."""

    @classmethod
    def of(cls, scores: ResampledScores, spec: ComparisonSpec) -> "Contender":
        metric, predictions = spec.main_metric, scores.predictions
        errors = None if metric in _OF_ALL_ROWS else mean_errors(predictions).astype(np.float32)
        return cls(
            candidate=scores.candidate,
            shown_name=predictions.shown_name,
            has_chance=predictions.has_chance,
            num_seeds=len(predictions.jobs),
            num_rows=scores.num_rows,
            mean=scores.mean(metric),
            resampled_mean=scores.resampled_mean(metric),
            seed_variance=scores.seed_variance(metric),
            errors=errors,
            right=None if spec.task == "regression" else RightAnswers.of(predictions),
        )

    def differing_rows(self, other: "Contender") -> int:
        """The number of rows on which the two may differ."""
        if self.errors is None or other.errors is None:
            return self.num_rows
        return int(np.count_nonzero(self.errors != other.errors))
