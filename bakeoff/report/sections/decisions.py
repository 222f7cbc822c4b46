"""Accuracy by coverage, and what is found at a target; pictures/decisions.py draws the curves."""

from statistics import fmean

from bakeoff.report import numbers
from bakeoff.report.race import Race
from bakeoff.report.sections.metrics import metric_cell, metric_columns
from bakeoff.report.sections.names import candidate_cell, rank_cell
from bakeoff.report.tables import Column, Table, number, of_the_best
from bakeoff.summary.candidate import CandidateSummary

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


def target_table(race: Race) -> Table | None:
    """What each candidate finds at the threshold for the target; None without a target."""
    if not race.summary.conditions.target:
        return None
    shown = ["target_recall", "target_precision", "target_coverage"]
    if "recall" in race.summary.conditions.target:
        # What was asked for is no merit; what it costs is.
        shown[:2] = reversed(shown[:2])
    columns = [
        Column("Rank"),
        Column("Candidate", is_number=False),
        *metric_columns(shown),
        Column("Threshold", "Of the probability; chosen on validation, mean over the seeds"),
    ]
    rows = [
        [
            rank_cell(one),
            candidate_cell(race, one),
            *(metric_cell(one.metrics.get(name)) for name in shown),
            number(_threshold(one), numbers.metric),
        ]
        for one in race.ranked
    ]
    return of_the_best(Table("At the target, on test", columns, rows, header_index=1))


def target_phrase(race: Race) -> str:
    """`a precision of 0.95`; empty without a target."""
    target = race.summary.conditions.target
    return " and ".join(f"a {name} of {value:g}" for name, value in target.items())


def _threshold(candidate: CandidateSummary) -> float | None:
    """None if one of its seeds has none, as then there is no mean."""
    found = [job.target_threshold for job in candidate.jobs if job.status == "completed"]
    known = [each for each in found if each is not None]
    return fmean(known) if known and len(known) == len(found) else None


def _accuracy(candidate: CandidateSummary, coverage: float) -> float | None:
    points = candidate.decisions.coverage if candidate.decisions else []
    near = (point.accuracy for point in points if abs(point.coverage - coverage) < 1e-9)
    return next(near, None)
