"""McNemar's exact test for two candidates.

Q. McNemar, "Note on the Sampling Error of the Difference Between Correlated Proportions or
Percentages", Psychometrika 1947. The test considers the rows on which exactly one of two models is
right. If the models were equally good, each would be right on half of them, so the count is
binomial.

The test compares two single models. With several seeds it is computed for each seed that both
candidates have, and the p-values are combined into twice their median, at most 1. That is valid
however they depend on each other (L. Rüger, "Das maximale Signifikanzniveau des Tests: Lehne H0 ab,
wenn k unter n gegebenen Tests zur Ablehnung führen", Metrika 1978; V. Vovk and R. Wang, "Combining
p-values via averaging", Biometrika 2020). The test covers the choice of test rows, but not the luck
of training.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions


@dataclass(frozen=True)
class RightAnswers:
    """The rows that a candidate's jobs get right."""

    seeds: Sequence[int]
    """One for each job."""
    bits: NDArray[np.uint8]
    """(jobs, rows / 8), a bit for each row."""

    @classmethod
    def of(cls, candidate: CandidatePredictions) -> "RightAnswers":
        right = np.stack([is_right(job) for job in candidate.jobs])
        return cls([job.seed for job in candidate.jobs], np.packbits(right, axis=1))


def is_right(job: JobPredictions) -> NDArray[np.bool_]:
    """(R,) whether a row is labelled right; in a multi-label task, whether all labels are right."""
    right = np.equal(job.predicted, job.truth)
    return np.all(right, axis=1) if right.ndim == 2 else right


def mcnemar_p_value(first: RightAnswers, second: RightAnswers) -> float:
    ours, theirs = zip(*_paired(first.seeds, second.seeds), strict=True)
    one, other = first.bits[list(ours)], second.bits[list(theirs)]
    return combined(exact_p_values(_rows(one & ~other), _rows(~one & other)))


def _rows(bits: NDArray[np.uint8]) -> NDArray[np.integer]:
    """How many rows have their bit set, in each job."""
    return np.bitwise_count(bits).sum(axis=1, dtype=np.int64)


def exact_p_values(
    only_first: NDArray[np.integer], only_second: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Two-sided p-values, from the numbers of rows that only one of two models gets right."""
    fewer = np.minimum(only_first, only_second)
    p_values: NDArray[np.float64] = np.minimum(1.0, 2 * bdtr(fewer, only_first + only_second, 0.5))
    return p_values


def combined(p_values: NDArray[np.float64]) -> float:
    """A single p-value unchanged; twice the median of several, at most 1."""
    if len(p_values) == 1:
        return float(p_values[0])
    return min(1.0, 2 * float(np.median(p_values)))


def _paired(first: Sequence[int], second: Sequence[int]) -> list[tuple[int, int]]:
    """Indices of the jobs to compare. A candidate with one job is compared with each job of the
    other; otherwise jobs with the same seed are compared, or by order if no seed is common."""
    if len(first) == 1 or len(second) == 1:
        return [(i, j) for i in range(len(first)) for j in range(len(second))]
    common = [(first.index(seed), second.index(seed)) for seed in first if seed in second]
    return common or list(zip(range(len(first)), range(len(second)), strict=False))
