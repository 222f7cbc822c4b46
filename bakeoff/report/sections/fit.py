"""Predicted against true numbers of a regression, as tables; pictures/fit.py draws them."""

from bakeoff.report import numbers
from bakeoff.report.race import Race
from bakeoff.report.sections.names import candidate_cell, rank_cell
from bakeoff.report.tables import Cell, Column, Table, number
from bakeoff.summary.candidate import CandidateSummary

MAX_PICTURES = 12
MAX_CANDIDATES = 30


def fitted(race: Race) -> list[CandidateSummary]:
    """The candidates whose predictions were compared with the truth, the best first."""
    return [one for one in race.ranked if one.fit is not None and one.fit.residuals]


def residuals_table(race: Race) -> Table | None:
    """The residuals of each candidate by the size of its predictions; None without any."""
    rows = [
        [
            rank_cell(one),
            candidate_cell(race, one),
            Cell(_span(each.low, each.high), each.low),
            number(each.rows, numbers.count),
            *(number(value, numbers.signed_metric) for value in each.quantiles),
        ]
        for one in fitted(race)[:MAX_CANDIDATES]
        if one.fit is not None
        for each in one.fit.residuals
    ]
    if not rows:
        return None
    columns = [
        Column("Rank"),
        Column("Candidate", is_number=False),
        Column("Predicted"),
        Column("Rows", "Mean over the seeds"),
        *(Column(name, "Of predicted minus true") for name in _QUANTILES),
    ]
    return Table("Residuals by the size of the prediction", columns, rows, header_index=1)


_QUANTILES = ("5 % below", "25 % below", "Median", "25 % above", "5 % above")


def _span(low: float, high: float) -> str:
    return f"{numbers.metric(low)} to {numbers.metric(high)}"
