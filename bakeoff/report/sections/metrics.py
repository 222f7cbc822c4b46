"""All metrics of all candidates."""

from collections.abc import Sequence

from bakeoff import metrics
from bakeoff.report import numbers
from bakeoff.report.phrases import capitalised
from bakeoff.report.race import Race
from bakeoff.report.sections.names import candidate_cell, rank_cell
from bakeoff.report.tables import Cell, Column, Table, of_the_best
from bakeoff.summary.metric_summary import MetricSummary


def metrics_table(race: Race) -> Table | None:
    """The main metric first; None where no candidate has a metric. Those of the probabilities have
    a table of their own."""
    named = {name for one in race.summary.candidates for name in one.metrics}
    named -= {metric.name for metric in metrics.PROBABILITY_METRICS}
    if not named:
        return None
    order = _ordered(named, race)
    columns = [
        Column("Rank"),
        Column("Candidate", is_number=False),
        *metric_columns(order),
    ]
    rows = [
        [
            rank_cell(one),
            candidate_cell(race, one),
            *(metric_cell(one.metrics.get(name)) for name in order),
        ]
        for one in [*race.ranked, *race.unranked]
        if one.metrics
    ]
    return of_the_best(Table("All metrics on test", columns, rows, header_index=1))


def validation_table(race: Race) -> Table | None:
    """The same on validation, without intervals; None where no candidate has a metric."""
    candidates = [one for one in [*race.ranked, *race.unranked] if one.validation]
    named = {name for one in candidates for name in one.validation}
    if not named:
        return None
    order = _ordered(named, race)
    columns = [
        Column("Rank"),
        Column("Candidate", is_number=False),
        *(Column(_title(name)) for name in order),
    ]
    rows = [
        [
            rank_cell(one),
            candidate_cell(race, one),
            *(metric_cell(one.validation.get(name)) for name in order),
        ]
        for one in candidates
    ]
    return of_the_best(Table("All metrics on validation", columns, rows, header_index=1))


def _ordered(named: set[str], race: Race) -> list[str]:
    """The main metric first, the others as in the tables, unknown ones last, equal ones once."""
    known = [name for name in metrics.METRIC_NAMES if name in named]
    order = sorted([*known, *sorted(named - set(known))], key=lambda name: name != race.metric)
    return list(metrics.distinct(order, race.summary.conditions.task))


def _title(name: str) -> str:
    return capitalised(metrics.spoken_name(name))


def metric_columns(names: Sequence[str]) -> list[Column]:
    """Columns for metrics, with their meanings as tooltips."""
    meanings = {metric.name: metric.meaning for metric in metrics.ALL_METRICS}
    return [Column(_title(name), meanings.get(name, "").replace("`", "")) for name in names]


def metric_cell(metric: MetricSummary | None) -> Cell:
    if metric is None:
        return Cell(numbers.ABSENT)
    note = numbers.interval(metric.interval) if metric.interval else ""
    return Cell(numbers.shown(metric.mean, numbers.metric), metric.mean, note)
