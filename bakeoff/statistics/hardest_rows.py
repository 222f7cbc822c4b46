"""The test rows that most candidates get wrong."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bakeoff.methods import is_baseline
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.predictions import CandidatePredictions, JobPredictions
from bakeoff.statistics.row_errors import job_errors
from bakeoff.summary.hardest_rows import HardRow, RowPrediction

LIMIT = 20


class HardestRows:
    """Takes candidates with jobs on the same rows, one after another; finds at most `limit` rows.

    The hardest come first; rows that every job gets right are left out. They are ordered by the
    share of jobs that are wrong, then by the mean confidence of the wrong ones; in a regression by
    the mean absolute error. Baselines do not count if there are other candidates.
    """

    def __init__(self, spec: ComparisonSpec, limit: int = LIMIT) -> None:
        self._spec, self._limit = spec, limit
        is_counted = spec.task != "regression"
        self._models, self._baselines = _Errors(is_counted), _Errors(is_counted)
        self._shown: list[tuple[str, JobPredictions]] = []

    def add(self, candidate: CandidatePredictions, *, is_shown: bool = True) -> None:
        """`is_shown` is whether its predictions of the hardest rows are wanted; they are those of
        its first job."""
        errors = self._baselines if is_baseline(candidate.method) else self._models
        for job in candidate.jobs:
            errors.add(job)
        if is_shown:
            self._shown.append((candidate.candidate, candidate.jobs[0]))

    def rows(self) -> list[HardRow]:
        """Without their texts, which the caller reads by the rows' ids."""
        errors = self._models if self._models.num_jobs else self._baselines
        if not errors.num_jobs:
            return []
        hardness, confidence = errors.hardness(), errors.confidence()
        order = np.lexsort((-confidence, -hardness))
        (_, first) = self._shown[0]
        return [
            HardRow(
                id=int(first.ids[row]),
                texts=[],
                label=_shown(first.truth[row], self._spec),
                wrong_share=float(hardness[row]),
                predictions=[self._prediction(*each, row) for each in self._shown],
            )
            for row in order[: self._limit]
            if hardness[row] > 0
        ]

    def _prediction(self, candidate: str, job: JobPredictions, row: int) -> RowPrediction:
        return RowPrediction(
            candidate=candidate,
            predicted=_shown(job.predicted[row], self._spec),
            confidence=None if job.confidence is None else float(job.confidence[row]),
        )


@dataclass
class _Errors:
    """Sums over jobs, for each row."""

    is_counted: bool
    """Whether answers are right or wrong, rather than near or far."""
    num_jobs: int = 0
    errors: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    wrong: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    """How many jobs are wrong."""
    surety: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    """The confidence of the wrong ones, as far as it is known."""

    def add(self, job: JobPredictions) -> None:
        errors = job_errors(job)
        self.num_jobs += 1
        self.errors = self.errors + errors
        self.wrong = self.wrong + (errors > 0)
        if job.confidence is not None:
            self.surety = self.surety + np.where(errors > 0, job.confidence, 0)

    def hardness(self) -> NDArray[np.float64]:
        """(R,) the share of jobs that are wrong, or their mean error."""
        return (self.wrong if self.is_counted else self.errors) / self.num_jobs

    def confidence(self) -> NDArray[np.float64]:
        """(R,) the mean confidence of the wrong ones; 0 without any."""
        if not self.is_counted:
            return np.zeros_like(self.errors)
        return self.surety / np.maximum(self.wrong, 1)


def _shown(answer: NDArray[np.generic], spec: ComparisonSpec) -> str:
    """A label, any number of labels separated by commas, or a number."""
    if spec.task == "regression":
        return f"{float(answer):.6g}"
    if spec.task == "multilabel":
        return ", ".join(spec.labels[index] for index in np.flatnonzero(answer))
    return spec.labels[int(answer)]
