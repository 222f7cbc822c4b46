"""Simulated candidates with known true scores, to check how often the statistics are right.

On each row a model is certainly right, certainly wrong, or uncertain. On uncertain rows it is right
by chance, drawn again for each seed. So seeds disagree on half of the uncertain rows, and
candidates of one population are mostly wrong on the same rows, as real models are. A seed may also
be lucky: it is then right more often on all uncertain rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from bakeoff.statistics import CandidatePredictions, JobPredictions

_QUADRATURE = 64
"""Number of points for averaging over the luck of seeds."""


@dataclass(frozen=True)
class Classifier:
    """A model for rows of two classes."""

    sure_share: float = 0.75
    """The share of rows on which it is right with every seed."""
    doubt_share: float = 0.2
    positive_share: float = 0.5
    luck: float = 0.0
    """Standard deviation, over the seeds, of the logit of being right on uncertain rows."""

    def candidates(
        self, chance: np.random.Generator, rows: int, seeds: int, count: int
    ) -> list[CandidatePredictions]:
        """Candidates with equal true scores, on rows drawn from the population."""
        return candidates_of([self] * count, chance, rows, seeds)

    def job(self, chance: np.random.Generator, drawn: "DrawnRows", seed: int) -> JobPredictions:
        """One training's predictions of the rows."""
        is_doubtful = drawn.kind < self.doubt_share
        is_sure = ~is_doubtful & (drawn.kind < self.doubt_share + self.sure_share)
        in_doubt = expit(chance.normal(0, 1) * self.luck)
        is_right = chance.random(len(drawn.truth)) < np.where(is_doubtful, in_doubt, is_sure)
        return _classified(seed, drawn.truth, np.where(is_right, drawn.truth, 1 - drawn.truth))

    def scores(self) -> dict[str, float]:
        """The true scores: means over all possible seeds and rows."""
        points, weights = np.polynomial.hermite_e.hermegauss(_QUADRATURE)
        wrong = 1 - self.sure_share - self.doubt_share * expit(points * self.luck)
        found = self.positive_share * (1 - wrong)
        # Both classes have the same error rate, so `wrong` is false negatives plus false positives.
        f1 = 2 * found / (2 * found + wrong)
        return {
            "accuracy": float((1 - wrong) @ weights / weights.sum()),
            "f1": float(f1 @ weights / weights.sum()),
        }


@dataclass(frozen=True)
class DrawnRows:
    """Rows drawn from the population: their labels, and which are easy, 0..1."""

    truth: NDArray[np.integer]
    kind: NDArray[np.float64]


def candidates_of(
    models: Sequence[Classifier], chance: np.random.Generator, rows: int, seeds: int
) -> list[CandidatePredictions]:
    """A candidate of each model, `model-0` and so on, on the same rows."""
    truth = (chance.random(rows) < models[0].positive_share).astype(int)
    drawn = DrawnRows(truth, chance.random(rows))
    return [
        CandidatePredictions(
            f"model-{number}", "full", [model.job(chance, drawn, seed) for seed in range(seeds)]
        )
        for number, model in enumerate(models)
    ]


@dataclass(frozen=True)
class Regressor:
    """A model whose errors are the sum of a part per row, and a part drawn for each seed."""

    row_error: float = 1.0
    seed_error: float = 0.5
    """Both are standard deviations, in the unit of the label."""
    luck: float = 0.0
    """Standard deviation, over the seeds, of the relative size of the errors."""
    tail_degrees: float | None = None
    """Degrees of freedom of the Student's t that the rows' errors follow; None: they are normal."""

    def candidates(
        self, chance: np.random.Generator, rows: int, seeds: int, count: int
    ) -> list[CandidatePredictions]:
        """Candidates with equal true scores, on rows drawn from the population."""
        truth = chance.normal(0, 2, rows)
        shared = self.row_error * self._errors(chance, rows)
        found = []
        for number in range(count):
            jobs = []
            for seed in range(seeds):
                error = shared + chance.normal(0, self.seed_error, rows)
                predicted = truth + error * (1 + self.luck * chance.normal(0, 1))
                jobs.append(
                    JobPredictions(
                        seed, np.arange(rows), truth, predicted, (predicted - truth) ** 2, None
                    )
                )
            found.append(CandidatePredictions(f"model-{number}", "full", jobs))
        return found

    def scores(self) -> dict[str, float]:
        """The true scores; valid for a luck far below 1, so that no seed reverses errors."""
        return {"rmse": float(np.hypot(self.row_error, self.seed_error))}

    def _errors(self, chance: np.random.Generator, rows: int) -> NDArray[np.float64]:
        if self.tail_degrees is None:
            return chance.normal(0, 1, rows)
        spread = np.sqrt(self.tail_degrees / (self.tail_degrees - 2))
        return chance.standard_t(self.tail_degrees, rows) / spread


def _classified(
    seed: int, truth: NDArray[np.integer], predicted: NDArray[np.integer]
) -> JobPredictions:
    """A job's predictions without probabilities, which are not needed here."""
    loss = (truth != predicted).astype(np.float64)
    return JobPredictions(seed, np.arange(len(truth)), truth, predicted, loss, 1 - loss)
