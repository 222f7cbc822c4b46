"""How the candidates score on parts of the test rows."""

from typing import Literal

from pydantic import Field

from bakeoff.summary.interval import Interval
from bakeoff.summary.part import Part

SlicedBy = Literal["text_length", "label", "target", "column"]
SliceKind = Literal["value", "range", "other", "missing"]
Untested = Literal["few_rows", "all_rows", "no_score"]

BY_TRUTH: tuple[SlicedBy, ...] = ("label", "target")
"""Slices made by the right answer: whoever gives an answer more often is right more often on one
of them, and pays for it on the others."""


class SliceScore(Part):
    """A candidate on a slice."""

    candidate: str
    score: float | None
    """In the unit of the grouping's metric, mean over the seeds; None where the metric has no
    meaning on the slice."""
    interval: Interval | None
    difference: float | None = None
    """Its score minus that of the candidate that ranks first; None for that one, like all that
    follows, and in slices that are not tested."""
    difference_interval: Interval | None = None
    p_value: float | None = None
    """Two-sided, of the difference."""
    p_value_adjusted: float | None = None
    """After Holm's correction over all slices and candidates tested."""
    beats_best: bool | None = None
    """Whether it is significantly better here than the candidate that ranks first."""


class Slice(Part):
    """Test rows that share something."""

    kind: SliceKind
    """A `value`; a `range` of numbers, both ends included; `other`: any value without a slice of
    its own; `missing`: rows without a value."""
    name: str
    """The value or the range; empty for `other` and `missing`."""
    rows: int
    untested: Untested | None
    """Why nothing was tested: too few rows, all rows of test, or a metric without meaning. None if
    it was."""
    scores: list[SliceScore]
    """In the order of ranks."""


class Grouping(Part):
    """What tells slices apart."""

    by: SlicedBy
    """The characters of the text, or of both texts of a pair; the label; the number to predict; or
    a column that the request names."""
    column: str | None
    """None unless by `column`."""
    metric: str
    """The main metric, if it tells candidates apart where all rows have the same label or similar
    numbers; else the accuracy or the mean absolute error."""
    slices: list[Slice]


class Slices(Part):
    """Of the best fifty candidates."""

    fewest_rows: int
    """Slices with fewer are not tested."""
    num_tests: int
    """Over which p-values are corrected: each other candidate on each slice tested."""
    groupings: list[Grouping] = Field(default_factory=list)
