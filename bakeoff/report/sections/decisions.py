"""Accuracy by coverage as a table; pictures/decisions.py draws the curves."""

from bakeoff.report import numbers
from bakeoff.report.race import Race
from bakeoff.report.sections.names import candidate_cell, rank_cell
from bakeoff.report.tables import Column, Table, number, of_the_best
from bakeoff.summary.document import CandidateSummary

MAX_PICTURES = 12
_COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5)


def decided(race: Race) -> list[CandidateSummary]:
    """The candidates whose answers were ordered by how sure they are, the best first."""
    return [one for one in race.ranked if one.decisions is not None and one.decisions.coverage]


def coverage_table(race: Race) -> Table | None:
    """None where no candidate's predictions were read."""
    candidates = decided(race)
    if not candidates:
        return None
    columns = [
        Column("Rank"),
        Column("Candidate", is_number=False),
        *(
            Column(numbers.percent(coverage), f"Accuracy on the surest {numbers.percent(coverage)}")
            for coverage in _COVERAGES
        ),
    ]
    rows = [
        [
            rank_cell(one),
            candidate_cell(race, one),
            *(number(_accuracy(one, coverage), numbers.metric) for coverage in _COVERAGES),
        ]
        for one in candidates
    ]
    title = "Accuracy by the share of rows that the model answers"
    return of_the_best(Table(title, columns, rows, header_index=1))


def _accuracy(candidate: CandidateSummary, coverage: float) -> float | None:
    points = candidate.decisions.coverage if candidate.decisions else []
    near = (point.accuracy for point in points if abs(point.coverage - coverage) < 1e-9)
    return next(near, None)
