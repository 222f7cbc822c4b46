"""The sentence on parts of the test rows on which the best is worse than another candidate."""

from collections.abc import Iterator, Sequence

from bakeoff.comparison.verdict_words import number
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.slice_names import slice_phrase
from bakeoff.summary.slices import BY_TRUTH, Slices
from bakeoff.wording import counted

_MAX_NAMED = 3


def on_slices(ranked: Sequence[CandidateSummary], slices: Slices | None) -> list[str]:
    """Nothing where no other candidate is significantly better on a slice.

    Slices by the label or the number to predict are left out: a candidate that gives an answer more
    often is better on one of them by that alone, and nobody knows the slice of a new row.
    """
    names = {each.candidate: each.name for each in ranked}
    found = list(_lost(names, slices)) if slices else []
    if not found:
        return []
    further = len(found) - _MAX_NAMED
    rest = f"; and others on {counted(further, 'more part')}" if further > 0 else ""
    return [
        "On some of the test rows another candidate is significantly better: "
        f"{'; '.join(found[:_MAX_NAMED])}{rest}."
    ]


def _lost(names: dict[str, str], slices: Slices) -> Iterator[str]:
    """Each slice with the candidate that ranks first among those that beat the best on it."""
    for grouping in slices.groupings:
        for part in () if grouping.by in BY_TRUTH else grouping.slices:
            winner = next((each for each in part.scores if each.beats_best), None)
            of_best = part.scores[0].score
            if winner is not None and winner.score is not None and of_best is not None:
                yield (
                    f"{names[winner.candidate]} on {counted(part.rows, 'row')} with "
                    f"{slice_phrase(grouping, part)}, {number(winner.score)} against "
                    f"{number(of_best)}"
                )
