"""How far a mean over seeds may be off, by test rows and by seeds.

A score of seed s on rows r varies with the rows, with the seed, and with how the two meet (a seed
is lucky with some rows). The bootstrap over rows of the mean of S seeds sees the rows, and 1/S of
how they meet. The spread of the S seeds sees the seeds, and how they meet as well. To add the two
would count the meeting twice, and candidates whose seeds disagree on many rows could hardly be told
apart. (That bootstraps over two crossed factors count it more than once is what A. B. Owen shows in
"The pigeonhole bootstrap", Annals of Applied Statistics 2007, doi:10.1214/07-AOAS122.) So it is
taken out once:

    V_rows     variance, over resamples of rows, of the mean of the S seeds
    V_each     mean, over the seeds, of the variance, over resamples, of one seed
    V_meeting  (V_each - V_rows) / (S - 1)
    V_seeds    s^2 / S - V_meeting, or 0 if that is negative; s is the seeds' standard deviation
    V          V_rows + V_seeds

For with variances r, m, g of rows, meeting and seeds, and R rows, V_rows is (r + m/S) / R, V_each
is (r + m) / R, and s^2 is g + m/R, so that V is g/S + (r + m/S) / R: the variance of the mean.
A bootstrap of n values finds their variance (n - 1) / n too small: hence the factor R / (R - 1)
with V_rows and V_each, and a sample variance s^2 rather than a bootstrap over three seeds.

Degrees of freedom are those of Welch and Satterthwaite: F. E. Satterthwaite, "An Approximate
Distribution of Estimates of Variance Components", Biometrics Bulletin 1946. The part of the seeds
counts by the whole of s^2 / S, of which it is what is left: that keeps tests at their level where
s^2 is small by chance (docs/statistics.md has the simulation). They are never fewer than those of
the part that has fewest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]

# Deviations below this share of a score are what rounding left.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class SeedVariance:
    """What the choice of seeds adds to the variance of a candidate's mean."""

    variance: float
    """V_seeds."""
    mean_square: float
    """s^2 / S if V_seeds is more than 0, else 0."""
    num_seeds: int


NO_SEEDS = SeedVariance(0.0, 0.0, 1)
"""Of a candidate that was run once."""


@dataclass(frozen=True)
class Variance:
    """Of a mean over seeds, or of a difference of two."""

    rows: float
    """V_rows."""
    rows_degrees: float
    """Its degrees of freedom."""
    seeds: Sequence[SeedVariance]
    """Of each candidate in it."""

    @property
    def of_seeds(self) -> float:
        return sum(part.variance for part in self.seeds)

    @property
    def standard_error(self) -> float:
        return float(np.sqrt(self.rows + self.of_seeds))

    @property
    def degrees(self) -> float:
        """Degrees of freedom of `standard_error`."""
        spread = self.rows**2 / self.rows_degrees + sum(
            part.mean_square**2 / (part.num_seeds - 1) for part in self.seeds if part.mean_square
        )
        total = self.rows + self.of_seeds
        if spread == 0:
            return self.rows_degrees
        return max(total**2 / spread, self._fewest_degrees)

    @property
    def _fewest_degrees(self) -> float:
        """No sum is known less well than the part of it that is known least."""
        parts = (part.num_seeds - 1 for part in self.seeds if part.mean_square)
        return min((self.rows_degrees, *parts))

    def margin(self, confidence: float) -> float:
        """Half the width of an interval: Student's t times the standard error."""
        return float(stdtrit(self.degrees, 0.5 + confidence / 2)) * self.standard_error

    def with_rows(self, times: float) -> "Variance":
        """Of a test set with so many times as many rows."""
        return Variance(self.rows / times, self.rows_degrees * times, self.seeds)


def rows_variance(resampled: Floats, num_rows: int) -> Floats:
    """Of scores (..., resamples): V_rows, by the last axis; 0 for a single row."""
    if num_rows < 2:
        return np.zeros(resampled.shape[:-1])
    variance = resampled.var(axis=-1, ddof=1) * num_rows / (num_rows - 1)
    # Equal numbers have a mean that may be rounded, and so a variance that is not quite 0.
    rounding = (_ROUNDING * np.abs(resampled).max(axis=-1)) ** 2
    return np.where(variance > rounding, variance, 0.0)


def seed_variance(observed: Floats, resampled: Floats, num_rows: int) -> SeedVariance:
    """Of a candidate's scores, (S,) and (S, resamples); none for a single seed."""
    num_seeds = len(observed)
    if num_seeds < 2:
        return NO_SEEDS
    rows = float(rows_variance(resampled.mean(axis=0), num_rows))
    each = float(rows_variance(resampled, num_rows).mean())
    meeting = max(0.0, (each - rows) / (num_seeds - 1))
    mean_square = float(observed.var(ddof=1)) / num_seeds
    if mean_square <= meeting:
        return SeedVariance(0.0, 0.0, num_seeds)
    return SeedVariance(mean_square - meeting, mean_square, num_seeds)
