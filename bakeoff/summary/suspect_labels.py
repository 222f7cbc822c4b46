"""The rows whose labels are probably wrong."""

from typing import Literal

from pydantic import Field

from bakeoff.summary.part import Part

SplitName = Literal["train", "validation", "test"]


class SuspectLabel(Part):
    """A row that models which have not learnt its label would label otherwise."""

    id: int
    """The row's number in the split that it comes from, as in the source."""
    split: SplitName
    """That of the run."""
    texts: list[str]
    """Their beginnings; empty where no job has left them."""
    label: str
    """The given one."""
    likely_label: str
    score: float
    """0.5 to 1: how much more probable the likely label is than the given one."""


class SuspectLabels(Part):
    """Found by confident learning; docs/statistics.md explains it. No row was left out for it."""

    candidates: list[str]
    """Whose probabilities were averaged: linear ones, four at most."""
    weights: list[float] | None = None
    """How much each candidate counts in the average, in their order; they sum up to 1. None: all
    count the same."""
    rows: dict[SplitName, int]
    """The rows that were looked at."""
    suspects: dict[SplitName, int]
    """All rows that are suspect."""
    sure_rows: int
    """The tenth of all rows of whose answers the candidates are most sure."""
    sure_disagreeing: int
    """Those of them that have another label."""
    are_many: bool
    """Whether more labels are wrong than errors of the models explain."""
    seconds: float | None
    """What it took the candidates' jobs, as a part of their duration."""
    listed: list[SuspectLabel] = Field(default_factory=list)
    """The most doubtful first, at most a thousand."""
