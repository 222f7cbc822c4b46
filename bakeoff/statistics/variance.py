"""The variance of a mean over seeds, due to the choice of test rows and of seeds.

A score of seed s on rows r varies with the rows, with the seed, and with their interaction (a seed
does better on some rows). The bootstrap over rows of the mean of S seeds measures the rows, and 1/S
of the interaction. The variance of the S seeds measures the seeds, and the interaction again. The
sum of the two would count the interaction twice, and candidates whose seeds disagree on many rows
would hardly ever differ significantly. (A. B. Owen, "The pigeonhole bootstrap", Annals of Applied
Statistics 2007, doi:10.1214/07-AOAS122, shows that bootstraps over two crossed factors count it
more than once.) So it is subtracted once:

    V_rows     variance, over resamples of rows, of the mean of the S seeds
    V_each     mean, over the seeds, of the variance, over resamples, of one seed
    V_meeting  the interaction: (V_each - V_rows) / (S - 1)
    V_seeds    s^2 / S - V_meeting, or 0 if that is negative; s is the seeds' standard deviation
    V          V_rows + V_seeds

Derivation: let r, m and g be the variances of rows, interaction and seeds, and R the number of
rows. Then V_rows is (r + m/S) / R, V_each is (r + m) / R, and s^2 is g + m/R, so V is g/S + (r +
m/S) / R, the variance of the mean. A bootstrap of n values underestimates their variance by (n - 1)
/ n. Hence the factor R / (R - 1) in V_rows and V_each, and a sample variance s^2 instead of a
bootstrap over three seeds.

The degrees of freedom are those of Welch and Satterthwaite: F. E. Satterthwaite, "An Approximate
Distribution of Estimates of Variance Components", Biometrics Bulletin 1946. The seeds enter with
the whole of s^2 / S, although V_seeds is only a part of it: that keeps tests at their level where
s^2 is small by chance (docs/statistics.md has the simulation). The result is never below the
smallest of the parts' degrees of freedom.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]

# A deviation below this share of a score is a rounding error.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class SeedVariance:
    """The part of the variance of a candidate's mean that is due to the choice of seeds."""

    variance: float
    """V_seeds."""
    mean_square: float
    """s^2 / S if V_seeds is more than 0, else 0."""
    num_seeds: int


NO_SEEDS = SeedVariance(0.0, 0.0, 1)
"""For a candidate with a single job."""


@dataclass(frozen=True)
class Variance:
    """The variance of a mean over seeds, or of the difference of two such means."""

    rows: float
    """V_rows."""
    rows_degrees: float
    """Its degrees of freedom."""
    seeds: Sequence[SeedVariance]
    """One for each candidate involved."""

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
        """The degrees of freedom of the least certain part; the sum cannot be less certain."""
        parts = (part.num_seeds - 1 for part in self.seeds if part.mean_square)
        return min((self.rows_degrees, *parts))

    def margin(self, confidence: float) -> float:
        """Half the width of an interval: Student's t times the standard error."""
        return float(stdtrit(self.degrees, 0.5 + confidence / 2)) * self.standard_error

    def with_rows(self, times: float) -> "Variance":
        """The variance on a test set with `times` as many rows."""
        return Variance(self.rows / times, self.rows_degrees * times, self.seeds)


def rows_variance(resampled: Floats, num_rows: int) -> Floats:
    """V_rows of scores (..., resamples), over the last axis; 0 for a single row."""
    if num_rows < 2:
        return np.zeros(resampled.shape[:-1])
    variance = resampled.var(axis=-1, ddof=1) * num_rows / (num_rows - 1)
    # Rounding of the mean may give equal numbers a variance slightly above 0.
    rounding = (_ROUNDING * np.abs(resampled).max(axis=-1)) ** 2
    return np.where(variance > rounding, variance, 0.0)


def seed_variance(observed: Floats, resampled: Floats, num_rows: int) -> SeedVariance:
    """V_seeds of a candidate's scores, (S,) and (S, resamples); 0 for a single seed."""
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
