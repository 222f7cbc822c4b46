"""McNemar's exact test, of all pairs of candidates.

Q. McNemar, "Note on the Sampling Error of the Difference Between Correlated Proportions or
Percentages", Psychometrika 1947: of the rows on which one of two models is right and the other is
wrong, each would be right on half if they were equally good, so that the number is binomial.

The test takes two models, not two times several. So it is made for each seed that both candidates
have, and the p-values are combined into twice their median, at most 1: valid however they depend on
each other (L. Rüger, "Das maximale Signifikanzniveau des Tests: Lehne H0 ab, wenn k unter n
gegebenen Tests zur Ablehnung führen", Metrika 1978; V. Vovk and R. Wang, "Combining p-values via
averaging", Biometrika 2020). It knows of test rows only: luck in training is outside of it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions

PairedJobs = list[tuple[JobPredictions, JobPredictions]]


def is_right(job: JobPredictions) -> NDArray[np.bool_]:
    """(R,) whether a row is labelled right; in a multi-label task, whether all its labels are."""
    right = np.equal(job.predicted, job.truth)
    return np.all(right, axis=1) if right.ndim == 2 else right


def mcnemar_p_values(
    candidates: Sequence[CandidatePredictions], pairs: Sequence[tuple[int, int]]
) -> list[float]:
    """Of pairs of candidates, given by their places in `candidates`."""
    right = [[is_right(job) for job in candidate.jobs] for candidate in candidates]
    seeds = [[job.seed for job in candidate.jobs] for candidate in candidates]
    result = []
    for first, second in pairs:
        paired = _paired(seeds[first], seeds[second])
        one = np.stack([right[first][i] for i, _ in paired])
        other = np.stack([right[second][j] for _, j in paired])
        result.append(combined(exact_p_values((one & ~other).sum(1), (~one & other).sum(1))))
    return result


def exact_p_values(
    only_first: NDArray[np.integer], only_second: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Two-sided, from the numbers of rows that only one of two models has right."""
    fewer = np.minimum(only_first, only_second)
    p_values: NDArray[np.float64] = np.minimum(1.0, 2 * bdtr(fewer, only_first + only_second, 0.5))
    return p_values


def combined(p_values: NDArray[np.float64]) -> float:
    """One as it is, of several twice the median, at most 1."""
    if len(p_values) == 1:
        return float(p_values[0])
    return min(1.0, 2 * float(np.median(p_values)))


def _paired(first: Sequence[int], second: Sequence[int]) -> list[tuple[int, int]]:
    """Places of the jobs that are compared: a candidate that ran once with each of the other's,
    otherwise those with one seed, or if none is common, in their order."""
    if len(first) == 1 or len(second) == 1:
        return [(i, j) for i in range(len(first)) for j in range(len(second))]
    common = [(first.index(seed), second.index(seed)) for seed in first if seed in second]
    return common or list(zip(range(len(first)), range(len(second)), strict=False))
