"""Predicted against true numbers, and residuals by the size of the prediction."""

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.predictions import CandidatePredictions
from bakeoff.summary.regression_fit import RegressionFit, ResidualBin

NUM_CELLS = 24
NUM_BINS = 10
PERCENTILES = (5, 25, 50, 75, 95)

# Beyond these shares of the true numbers, outliers would squeeze all others into few cells.
_RANGE = (0.005, 0.995)
_ROOM = 0.1

Floats = NDArray[np.float64]


def regression_fit(candidate: CandidatePredictions) -> RegressionFit | None:
    """Of a candidate's jobs in a regression; None if no job was read."""
    if not candidate.jobs:
        return None
    ends = _ends(candidate.jobs[0].truth)
    counts = np.mean([_counts(job.truth, job.predicted, ends) for job in candidate.jobs], axis=0)
    truth = np.concatenate([job.truth for job in candidate.jobs])
    predicted = np.concatenate([job.predicted for job in candidate.jobs])
    return RegressionFit(
        ends=ends.tolist(),
        counts=counts.tolist(),
        residuals=_residuals(truth, predicted, len(candidate.jobs)),
    )


def _ends(truth: Floats) -> Floats:
    """They follow from the truth alone, so that candidates compare."""
    low, high = np.quantile(truth, _RANGE)
    room = _ROOM * (high - low) or max(1.0, abs(low)) / 2
    return np.linspace(low - room, high + room, NUM_CELLS + 1)


def _counts(truth: Floats, predicted: Floats, ends: Floats) -> Floats:
    rows, columns = (
        np.clip(np.searchsorted(ends, each, side="right") - 1, 0, NUM_CELLS - 1)
        for each in (truth, predicted)
    )
    cells = np.bincount(rows * NUM_CELLS + columns, minlength=NUM_CELLS**2)
    return cells.reshape(NUM_CELLS, NUM_CELLS).astype(np.float64)


def _residuals(truth: Floats, predicted: Floats, num_jobs: int) -> list[ResidualBin]:
    ends = np.unique(np.quantile(predicted, np.arange(1, NUM_BINS) / NUM_BINS))
    place = np.searchsorted(ends, predicted, side="right")
    found = []
    for each in np.unique(place):
        own = predicted[place == each]
        missed = own - truth[place == each]
        found.append(
            ResidualBin(
                low=float(own.min()),
                high=float(own.max()),
                rows=len(own) / num_jobs,
                quantiles=np.percentile(missed, PERCENTILES).tolist(),
            )
        )
    return found
