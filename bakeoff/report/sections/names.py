"""Cells that name candidates."""

from bakeoff.report.race import Race, is_tied, is_untested, rank_tag
from bakeoff.report.tables import Cell
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.marks import MarkKind

MARKS: dict[MarkKind, str] = {
    "still_improving": "still improving",
    "learnt_nothing": "learnt nothing",
    "few_validation_rows": "few validation rows",
}
"""In so few words that they fit beside a name."""


def candidate_cell(race: Race, candidate: CandidateSummary) -> Cell:
    """The name beside the shape that stands for the candidate in the pictures, and its marks."""
    notes = [race.organisation(candidate), *(MARKS[mark.kind] for mark in candidate.marks)]
    return Cell(
        candidate.name,
        note=" · ".join(note for note in notes if note),
        title=candidate.candidate,
        mark=mark(candidate),
        kind="name",
    )


def rank_cell(candidate: CandidateSummary) -> Cell:
    return Cell(rank_tag(candidate).removeprefix("#"), candidate.rank, kind="rank")


def mark(candidate: CandidateSummary) -> str:
    """The CSS classes of a candidate's shape."""
    shape = "square" if candidate.is_baseline else "circle"
    if candidate.rank is None or is_untested(candidate):
        return f"mark {shape} none"
    return f"mark {shape} tied" if is_tied(candidate) else f"mark {shape}"
