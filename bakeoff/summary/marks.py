"""What to know of a candidate before its score is believed."""

from typing import Literal

from bakeoff.summary.part import Part

MarkKind = Literal["still_improving", "learnt_nothing", "few_validation_rows"]


class Mark(Part):
    """docs/statistics.md says when a candidate gets which mark."""

    kind: MarkKind
    """still_improving: its training ended while its validation score was rising; learnt_nothing: on
    validation it is not better than one answer for all rows; few_validation_rows: too few rows
    chose its epoch or its settings."""
    sentence: str
    """The same in words, with the numbers."""
