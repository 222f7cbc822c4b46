"""What more labels would add."""

from collections.abc import Iterator
from dataclasses import dataclass

from bakeoff.report import numbers
from bakeoff.report.race import Race
from bakeoff.report.sections.names import candidate_cell
from bakeoff.report.tables import Cell, Column, Table, number, text
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.label_amounts import amount, range_of
from bakeoff.summary.more_labels import CandidateCurve, LabelForecast

_EFFECTS = {"adds": "more labels help", "hardly": "hardly helps", "unclear": "unclear"}


@dataclass(frozen=True)
class DrawnCurve:
    """A candidate's curve with what its caption says."""

    candidate: CandidateSummary
    curve: CandidateCurve
    gain: str
    """Empty without a forecast."""
    reason: str
    """Why there is none; empty with one."""


def drawn_curves(race: Race) -> list[DrawnCurve]:
    """In the order of ranks; those without any score are left out."""
    return [
        DrawnCurve(
            candidate,
            curve,
            _gain(curve.forecast, race.metric) if curve.forecast else "",
            curve.reason or "" if curve.forecast is None else "",
        )
        for candidate, curve in _curves(race)
        if any(point.score is not None for point in curve.points)
    ]


def points_table(race: Race) -> Table | None:
    """Each point of each curve; None without curves."""
    rows = [row for candidate, curve in _curves(race) for row in _rows(race, candidate, curve)]
    if not rows:
        return None
    columns = [
        Column("Candidate", is_number=False),
        Column("Train rows"),
        Column("Of all"),
        Column(race.metric_name, "On test"),
        Column("Interval"),
        Column("Gain", "The improvement to expect over all rows, apart from chance"),
        Column("Interval of the gain"),
        Column("Note", is_number=False),
    ]
    return Table("The learning curve as a table", columns, rows)


def _curves(race: Race) -> Iterator[tuple[CandidateSummary, CandidateCurve]]:
    candidates = {one.candidate: one for one in race.summary.candidates}
    found = race.summary.more_labels
    for curve in found.candidates if found else ():
        if curve.candidate in candidates:
            yield candidates[curve.candidate], curve


def _rows(race: Race, candidate: CandidateSummary, curve: CandidateCurve) -> list[list[Cell]]:
    rows = [
        [
            candidate_cell(race, candidate),
            number(point.train_rows, numbers.count),
            number(point.percent / 100, numbers.percent),
            number(point.score, numbers.metric),
            Cell(numbers.interval(point.interval)),
            text(None),
            text(None),
            text(point.reason or "", kind="prose"),
        ]
        for point in curve.points
    ]
    if curve.forecast is not None:
        ahead = curve.forecast
        rows.append(
            [
                candidate_cell(race, candidate),
                number(ahead.train_rows, numbers.count),
                number(2.0, numbers.percent),
                number(ahead.score, numbers.metric),
                Cell(numbers.interval(ahead.interval)),
                number(ahead.gain, numbers.metric),
                Cell(numbers.interval(ahead.gain_interval)),
                text(f"forecast: {_EFFECTS[ahead.effect]}", kind="prose"),
            ]
        )
    return rows


def _gain(forecast: LabelForecast, metric: str) -> str:
    return (
        f"{amount(forecast.gain, metric)} better ({range_of(forecast.gain_interval, metric)}) "
        f"with {numbers.count(forecast.train_rows)} rows"
    )
