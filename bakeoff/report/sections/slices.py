"""The candidates on slices of the test rows; pictures/slices.py draws them."""

from bakeoff.metrics import higher_is_better, spoken_name
from bakeoff.report import numbers
from bakeoff.report.race import Race, rank_tag
from bakeoff.report.sections.names import candidate_cell
from bakeoff.report.tables import Cell, Column, Table, number
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.slice_names import grouping_name, slice_name
from bakeoff.summary.slices import Grouping, Slice, SliceScore

MAX_CANDIDATES = 30

_UNTESTED = {
    "few_rows": "too few rows to test",
    "all_rows": "all test rows",
    "no_score": "the metric has no meaning here",
}


def groupings(race: Race) -> list[Grouping]:
    return race.summary.slices.groupings if race.summary.slices else []


def num_beaten(race: Race) -> int:
    """The slices on which another candidate is significantly better than the first."""
    return sum(
        any(score.beats_best for score in part.scores)
        for grouping in groupings(race)
        for part in grouping.slices
    )


def slices_table(race: Race) -> Table | None:
    """Each slice with the first candidate and the best of the others; None without slices."""
    candidates = {one.candidate: one for one in race.summary.candidates}
    rows = [
        [*_slice_cells(grouping, part), *_score_cells(race, candidates, grouping, part)]
        for grouping in groupings(race)
        for part in grouping.slices
    ]
    if not rows:
        return None
    columns = [
        Column("Slice", is_number=False),
        Column("Rows"),
        Column("Metric", is_number=False),
        Column("First", "The score of the candidate that ranks first, with its interval"),
        Column("Best other", "The other candidate with the best score on the slice", False),
        Column("Its score"),
        Column("Difference", "Of the best other's score and the first one's"),
        Column("p adjusted", "By Holm's method, over all slices and candidates"),
    ]
    return Table("Slices of the test rows", columns, rows)


def _slice_cells(grouping: Grouping, part: Slice) -> list[Cell]:
    notes = [grouping_name(grouping), *([_UNTESTED[part.untested]] if part.untested else [])]
    return [
        Cell(slice_name(part), note=" · ".join(notes), kind="label", title=part.name),
        number(part.rows, numbers.count),
        Cell(spoken_name(grouping.metric)),
    ]


def _score_cells(
    race: Race, candidates: dict[str, CandidateSummary], grouping: Grouping, part: Slice
) -> list[Cell]:
    first, *others = part.scores
    own = Cell(
        numbers.shown(first.score, numbers.metric),
        first.score,
        note=numbers.interval(first.interval) if first.interval else "",
    )
    best = _best(others, grouping.metric)
    if best is None or best.candidate not in candidates:
        return [own, *(Cell(numbers.ABSENT) for _ in range(4))]
    is_better = bool(best.beats_best)
    interval = best.difference_interval
    return [
        own,
        candidate_cell(race, candidates[best.candidate]),
        number(best.score, numbers.metric),
        Cell(
            f"{'▲ ' if is_better else ''}{numbers.shown(best.difference, numbers.signed_metric)}",
            best.difference,
            note=numbers.interval(interval, numbers.signed_metric) if interval else "",
            title="significantly better than the first" if is_better else "",
        ),
        number(best.p_value_adjusted, numbers.p_value),
    ]


def _best(scores: list[SliceScore], metric: str) -> SliceScore | None:
    """The best score, of those that are significantly better if there are any."""
    scored = [each for each in scores if each.score is not None]
    better = [each for each in scored if each.beats_best] or scored
    sign = 1 if higher_is_better(metric) else -1
    return max(better, key=lambda each: sign * (each.score or 0.0), default=None)


def scores_table(race: Race) -> Table | None:
    """Every candidate on every slice, by rank; None without slices."""
    shown = race.ranked[:MAX_CANDIDATES]
    rows = [
        [*_slice_cells(grouping, part)[:2], *_all_scores(shown, part)]
        for grouping in groupings(race)
        for part in grouping.slices
    ]
    if not rows:
        return None
    columns = [
        Column("Slice", is_number=False),
        Column("Rows"),
        *(Column(rank_tag(one), one.name) for one in shown),
    ]
    return Table("Slices by candidate", columns, rows, kind="heat")


def _all_scores(candidates: list[CandidateSummary], part: Slice) -> list[Cell]:
    scores = {score.candidate: score for score in part.scores}
    found = [scores.get(one.candidate) for one in candidates]
    return [
        number(None, numbers.metric)
        if score is None
        else Cell(
            numbers.shown(score.score, numbers.metric),
            score.score,
            kind="o3" if score.beats_best else "",
            title="significantly better than the first" if score.beats_best else "",
        )
        for score in found
    ]
