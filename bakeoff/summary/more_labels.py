"""What more labels would add: scores at parts of the train rows, and a forecast."""

from typing import Literal

from pydantic import Field

from bakeoff.summary.interval import Interval
from bakeoff.summary.part import Part

Effect = Literal["adds", "hardly", "unclear"]


class CurvePoint(Part):
    """A candidate's score after training on a part of the rows."""

    percent: int
    """Of the train rows."""
    train_rows: int
    score: float | None
    """The main metric on test; None if the job failed."""
    interval: Interval | None = None
    num_seeds: int
    """How many trainings it is the mean of."""
    job_name: str | None = None
    """Of a part; the point at 100 percent has the jobs of the final."""
    reason: str | None = None
    """Why it has no score, as a sentence."""
    billable_seconds: int | None = None
    cost_usd: float | None = None


class LawPoint(Part):
    """A point of the fitted law."""

    train_rows: float
    score: float


class LabelForecast(Part):
    """What twice the rows would add."""

    train_rows: int
    gain: float
    """The improvement to expect, in the metric's unit, without the chance in one training."""
    gain_interval: Interval
    """Covers the choice of test rows and the uncertainty of the law."""
    score: float
    """What one training with these rows would score on the same test rows."""
    interval: Interval
    """Covers chance in that training as well."""
    effect: Effect
    """hardly: the whole interval of the gain is below what matters, a point or a twentieth of an
    error; adds: all of it is above half of that; unclear: neither."""
    law: list[LawPoint]
    """From the smallest part to twice the rows."""


class CandidateCurve(Part):
    """A candidate on growing parts of the rows."""

    candidate: str
    points: list[CurvePoint]
    """In the order of their rows, the last one is that of the final."""
    forecast: LabelForecast | None = None
    reason: str | None = None
    """Why there is no forecast, as a sentence."""


class MoreLabels(Part):
    """The learning curve that the request asked for; docs/statistics.md explains it."""

    metric: str
    """The main metric."""
    candidates: list[CandidateCurve] = Field(default_factory=list)
    """In the order of ranks."""
    reason: str | None = None
    """Why nothing was trained, as a sentence."""
