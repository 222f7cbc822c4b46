"""Which candidate to choose, and how sure that is."""

from pydantic import Field

from bakeoff.summary.interval import Interval
from bakeoff.summary.part import Part


class CorrectedScore(Part):
    """The best candidate's score without the luck of having been chosen for it: the highest of
    several scores flatters. docs/statistics.md explains it."""

    score: float
    """In the unit of the main metric."""
    interval: Interval | None
    num_candidates: int
    """Out of how many it was chosen."""


class OtherLeader(Part):
    """A candidate that another metric would put first, and that is significantly better by it."""

    metric: str
    candidate: str
    score: float
    score_of_best: float
    interval: Interval
    """Of the difference, its score minus that of the best."""
    p_value: float
    """Two-sided."""
    p_value_adjusted: float
    """After a correction for the number of candidates and of metrics."""


class Verdict(Part):
    """`sentences` says it all in words; the first one is the headline."""

    sentences: list[str]
    best: str | None
    """None if no candidate has a result."""
    tied: list[str] = Field(default_factory=list)
    """The best, and every candidate whose difference from it is not significant; in the order of
    ranks."""
    unsettled: list[str] = Field(default_factory=list)
    """Tied candidates that score worse with every seed, but whose seeds vary too much for a
    significant difference; none of them is named the cheapest, fastest or smallest, nor is one that
    has learnt nothing, such as the majority baseline."""
    cheapest: str | None = None
    """The tied candidate whose predictions cost least; None where a tied one has no price."""
    fastest: str | None = None
    """The tied candidate with the lowest latency_p50_seconds; None where one was not measured."""
    smallest: str | None = None
    """The tied candidate with the fewest model_bytes; None where one was not measured."""
    has_tied_baseline: bool = False
    is_test_too_small: bool = False
    """Whether the difference between the top two is not significant."""
    rows_to_separate: int | None = None
    """The number of test rows with which the difference between the top two would be significant in
    8 of 10 cases, if it is as large as it seems. None where no number would suffice, or where it is
    significant already."""
    corrected_score: CorrectedScore | None = None
    """None where nothing was compared with the best."""
    other_leaders: list[OtherLeader] = Field(default_factory=list)
    """By metric: where another one would crown another candidate, and that is more than chance."""
