"""Words that the sentences of a verdict share."""

from collections.abc import Sequence

from bakeoff.summary.candidate import CandidateSummary
from bakeoff.wording import counted, listed

MAX_NAMED = 4
"""More candidates than this are counted rather than named."""
DROPPED_OUT = ("screened", "stopped")
"""The statuses of candidates that ended before the final, by their scores on validation."""


def named(candidates: Sequence[CandidateSummary]) -> str:
    """Their names, or how many they are."""
    if len(candidates) > MAX_NAMED:
        return counted(len(candidates), "candidate")
    return listed([each.name for each in candidates])


def number(value: float) -> str:
    """Three decimals; enough digits for numbers that are much larger or smaller than a share."""
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 10 or 0 < size < 0.001:
        return f"{value:.4g}"
    return f"{value:.3f}"
