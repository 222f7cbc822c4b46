"""Pairwise comparisons of the candidates, and their significance."""

from dataclasses import dataclass

from bakeoff.report import numbers
from bakeoff.report.race import Race, rank_tag
from bakeoff.report.sections.names import candidate_cell
from bakeoff.report.tables import Cell, Column, Table, number
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.differences import Pair

MAX_CANDIDATES = 30
MAX_LISTED = 500


@dataclass(frozen=True)
class PairsSection:
    matrix: Table | None
    """Each candidate against each other, by rank; None if there is no pair."""
    listed: Table | None
    """Each pair with its interval; None if there are more than 500."""
    note: str


def pairs_section(race: Race) -> PairsSection:
    pairs = race.summary.pairs
    if not pairs:
        return PairsSection(None, None, "There are no two candidates to compare.")
    shown, note = race.ranked, ""
    if len(shown) > MAX_CANDIDATES:
        # The summary of a large race has the pairs of some candidates only.
        paired = {name for pair in pairs for name in (pair.first, pair.second)}
        shown = [one for one in shown if one.candidate in paired][:MAX_CANDIDATES]
        note = f"The matrix shows the best {len(shown)} of {len(race.ranked)}."
    listed = _listed(race, pairs) if len(pairs) <= MAX_LISTED else None
    return PairsSection(_matrix(race, shown), listed, note)


def _matrix(race: Race, candidates: list[CandidateSummary]) -> Table:
    by_names = {(pair.first, pair.second): pair for pair in race.summary.pairs}
    columns = [
        Column("", is_number=False),
        Column("Candidate", is_number=False),
        *(Column(rank_tag(one), one.name) for one in candidates),
    ]
    rows = [
        [
            Cell(rank_tag(row), kind="rank"),
            candidate_cell(race, row),
            *(_cell(race, by_names, row, column) for column in candidates),
        ]
        for row in candidates
    ]
    return Table(
        "Wins of the row over the column, with adjusted p-values", columns, rows,
        is_sortable=False, kind="heat pairs", header_index=1,
    )  # fmt: skip


def _cell(
    race: Race,
    by_names: dict[tuple[str, str], Pair],
    row: CandidateSummary,
    column: CandidateSummary,
) -> Cell:
    if row is column:
        return Cell("", kind="self")
    pair, sign = by_names.get((row.candidate, column.candidate)), 1
    if pair is None:
        pair, sign = by_names.get((column.candidate, row.candidate)), -1
    if pair is None:
        return Cell(numbers.ABSENT)
    kind, symbol, word = _outcome(race, pair, sign)
    difference = numbers.signed_metric(sign * pair.difference)
    title = f"{row.name} {word} {column.name}, difference {difference}"
    return Cell(
        f"{symbol} {difference}",
        note=f"p {_p_value(pair.p_value_adjusted)}",
        kind=kind,
        title=title,
    )


def _p_value(value: float) -> str:
    text = numbers.p_value(value)
    return text if text.startswith("<") else f"=\N{NO-BREAK SPACE}{text}"


def _outcome(race: Race, pair: Pair, sign: int) -> tuple[str, str, str]:
    """CSS class, symbol and words."""
    if not race.is_significant(pair):
        return "draw", "=", "does not differ significantly from"
    if race.is_better(sign * pair.difference):
        return "win", "▲", "is better than"
    return "loss", "▼", "is worse than"


def _listed(race: Race, pairs: list[Pair]) -> Table:
    confidence = numbers.percent(race.summary.statistics.confidence)
    columns = [
        Column("First", is_number=False),
        Column("Second", is_number=False),
        Column("Difference", f"The first one's {race.metric_name} minus the second's"),
        Column(f"{confidence} interval"),
        Column("p", "From the paired bootstrap"),
        Column("p adjusted", "By Holm's method, over all pairs"),
        Column("p McNemar", "From McNemar's exact test of accuracy"),
        Column("Significant", is_number=False),
    ]
    by_name = {one.candidate: one for one in race.summary.candidates}
    rows = [
        [
            *(
                candidate_cell(race, by_name[name]) if name in by_name else Cell(name)
                for name in (pair.first, pair.second)
            ),
            number(pair.difference, numbers.signed_metric),
            Cell(numbers.interval(pair.interval, numbers.signed_metric), pair.interval.low),
            number(pair.p_value, numbers.p_value),
            number(pair.p_value_adjusted, numbers.p_value),
            number(pair.mcnemar_p_value, numbers.p_value),
            Cell("yes" if race.is_significant(pair) else "no"),
        ]
        for pair in pairs
    ]
    return Table("All pairs", columns, rows)
