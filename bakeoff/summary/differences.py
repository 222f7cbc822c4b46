"""How much better one candidate scores than another, and whether that is more than chance."""

from bakeoff.summary.interval import Interval
from bakeoff.summary.part import Part


class Difference(Part):
    """The difference of the main metric between two candidates, on the same test rows."""

    difference: float
    """The first candidate's mean minus the second's, in the metric's unit."""
    interval: Interval
    p_value: float
    """The two-sided p-value of the paired bootstrap."""
    p_value_adjusted: float
    """The same after Holm's correction over the comparisons of one family."""
    mcnemar_p_value: float | None
    """The p-value of McNemar's exact test of the accuracy; None in a regression."""


class VersusBest(Difference):
    """A candidate (first) against the best (second); corrected over all candidates."""


class Pair(Difference):
    """Two candidates; corrected over all pairs of the run, those included that are not listed."""

    first: str
    second: str
