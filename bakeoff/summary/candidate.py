"""A candidate and what came of it."""

from typing import Any, Literal

from pydantic import Field

from bakeoff.jobs.stage import Stage
from bakeoff.summary.decision_curves import DecisionCurves
from bakeoff.summary.differences import VersusBest
from bakeoff.summary.epochs import LearningCurve
from bakeoff.summary.job import JobSummary
from bakeoff.summary.label_results import Confusion, LabelScores
from bakeoff.summary.learning_rates import LearningRateTrial
from bakeoff.summary.marks import Mark, MarkKind
from bakeoff.summary.metric_summary import MetricSummary
from bakeoff.summary.ownership import Ownership
from bakeoff.summary.part import Part
from bakeoff.summary.regression_fit import RegressionFit

CandidateStatus = Literal["completed", "partial", "failed", "screened", "stopped"]

# A majority baseline predicts one answer for every row, so it has learnt nothing by design.
_MAJORITY = "majority"


class CandidateSummary(Part):
    """A model with its recipe, or a baseline, and what came of it."""

    candidate: str
    """The key, unique in the run."""
    name: str
    """A short, distinct name for people."""
    model: str
    """The model's hub id or S3 URI; `baseline/METHOD` for baselines."""
    requested_as: str
    """The model as the request named it."""
    model_revision: str | None
    method: str
    is_baseline: bool
    status: CandidateStatus
    """completed: every seed has a result; partial: some have; failed: none has; screened: it
    dropped out without training; stopped: it dropped out after a part of its training."""
    reason: str | None
    rank: int | None
    """1 is the best; None if it has no score on test."""
    seeds: list[int]
    """The planned ones; none if it dropped out before."""
    seeds_completed: list[int]
    jobs: list[JobSummary]
    """One for each planned seed, in the same order."""
    metrics: dict[str, MetricSummary]
    """On test."""
    validation: dict[str, MetricSummary]
    """On validation, at the best epoch."""
    best_epoch: float | None
    """The mean over the completed seeds."""
    is_tied: bool | None
    """Whether its difference from the best is not significant (the best itself is tied); None if
    it was not compared."""
    versus_best: VersusBest | None
    """None for the best, and where there is nothing to compare."""
    ownership: Ownership
    hyperparameters: dict[str, Any]
    """Those that its method uses."""
    truncated_share: float | None = None
    """The share of the test texts that are longer than its max_length, 0 to 1."""
    learning_curves: list[LearningCurve]
    confusion: Confusion | None
    """Of the best fifty candidates only, in tasks with exactly one label."""
    label_scores: list[LabelScores]
    """Of the best fifty candidates only; empty in a regression."""
    fit: RegressionFit | None = None
    """Of the best fifty candidates of a regression."""
    decisions: DecisionCurves | None = None
    """Of the best fifty candidates only; None in a regression."""
    warnings: list[str] = Field(default_factory=list)
    """Warnings from preparing and training the model."""
    marks: list[Mark] = Field(default_factory=list)
    """What to know before its score is believed."""
    learning_rate_gain: float | None = None
    """How much better the chosen rate scored on validation than the middle one, in the unit of the
    main metric; 0 if it is the middle one, None without trials."""
    stage: Stage | None = None
    """The last stage that it entered; None if it entered none, and in older results."""
    screening_rank: int | None = None
    """Its place among the screened candidates, 1 is the best."""
    screening_score: float | None = None
    """The mean of its ranks by the scores of the screening."""
    stage_validation: float | None = None
    """The main metric on validation at the end of its last rung, where it dropped out."""
    rung_jobs: list[JobSummary] = Field(default_factory=list)
    """Its training jobs before the final stage, in the order of the waves."""

    @property
    def learning_rate_trials(self) -> list[LearningRateTrial]:
        """Those of the job that tried them, which is that of the first seed."""
        tried = (job.learning_rate_trials for job in [*self.rung_jobs, *self.jobs])
        return next((trials for trials in tried if trials), [])

    @property
    def has_result(self) -> bool:
        """Whether it was scored on test."""
        return self.status in ("completed", "partial")

    @property
    def has_losses(self) -> bool:
        """Whether something that was planned for it failed."""
        return self.status in ("failed", "partial")

    def is_marked(self, kind: MarkKind) -> bool:
        return any(mark.kind == kind for mark in self.marks)

    @property
    def knows_nothing(self) -> bool:
        """Whether it answers without having learnt from the texts: to be cheap, fast or small is
        then no merit."""
        return self.method == _MAJORITY or self.is_marked("learnt_nothing")
