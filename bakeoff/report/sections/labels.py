"""Results by label: confusion matrices and scores."""

from dataclasses import dataclass

from bakeoff.report import numbers
from bakeoff.report.palette import heat_level
from bakeoff.report.phrases import shortened
from bakeoff.report.race import Race, rank_tag
from bakeoff.report.sections.names import candidate_cell
from bakeoff.report.tables import Cell, Column, Table, number
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.label_results import Confusion, LabelScores
from bakeoff.wording import listed

MAX_LABELS = 200
"""The most labels for which scores are shown; summary.json has all."""
MAX_CANDIDATES = 30
_MAX_NAMED_COLUMNS = 6
_MAX_HEADING = 24
_MAX_ROW_LABEL = 34


@dataclass(frozen=True)
class ConfusionMatrix:
    """A heat map as a table: rows are true labels, columns predicted ones."""

    title: str
    mark: str
    tag: str
    headings: list[tuple[str, str]]
    """By column: the heading to show, and the complete label."""
    rows: list[tuple[str, str, str, list[Cell]]]
    """The row's number, its complete label, the label to show, and its cells."""
    summary: str
    """The most frequent mistakes in words."""


def confusion_matrices(race: Race) -> list[ConfusionMatrix]:
    """The matrices of the best 30 candidates that have one."""
    found = [one for one in race.ranked if one.confusion and one.confusion.labels]
    return [_matrix(race, one, one.confusion) for one in found[:MAX_CANDIDATES] if one.confusion]


def _matrix(race: Race, candidate: CandidateSummary, confusion: Confusion) -> ConfusionMatrix:
    is_named = len(confusion.labels) <= _MAX_NAMED_COLUMNS
    name = candidate_cell(race, candidate)
    headings = [
        (shortened(label, _MAX_HEADING) if is_named else str(i + 1), label)
        for i, label in enumerate(confusion.labels)
    ]
    rows = [
        (
            "" if is_named else str(i + 1),
            label,
            shortened(label, _MAX_ROW_LABEL),
            _cells(confusion, i),
        )
        for i, label in enumerate(confusion.labels)
    ]
    return ConfusionMatrix(
        name.text, name.mark, rank_tag(candidate), headings, rows, _mistakes(confusion)
    )


def _cells(confusion: Confusion, row: int) -> list[Cell]:
    counts = confusion.counts[row]
    total = sum(counts)
    cells = []
    for column, value in enumerate(counts):
        level = heat_level(value / total if total else 0)
        kind = f"{'b' if row == column else 'o'}{level}"
        part = numbers.share(value / total) if total else numbers.ABSENT
        title = f"{confusion.labels[row]} predicted as {confusion.labels[column]}: {part}"
        cells.append(Cell(_rows(value) if value else "", value, kind=kind, title=title))
    return cells


def _rows(value: float) -> str:
    """A number of rows; means over seeds may have fractions."""
    return numbers.count(value) if value >= 10 or float(value).is_integer() else f"{value:.1f}"


def _mistakes(confusion: Confusion) -> str:
    mistakes = sorted(
        (
            (-value, i, j)
            for i, row in enumerate(confusion.counts)
            for j, value in enumerate(row)
            if i != j and value > 0
        ),
    )[:3]
    if not mistakes:
        return "No mistakes."
    labels = confusion.labels
    listed = [f"{labels[i]} predicted as {labels[j]} ({_rows(-value)})" for value, i, j in mistakes]
    return f"Most frequent mistakes: {', '.join(listed)}."


@dataclass(frozen=True)
class ScoresSection:
    overview: Table | None
    """F1 of each label by each candidate."""
    details: list[tuple[str, str, str, Table]]
    """For each candidate: its tag, name, mark and all scores."""
    left_out: str
    """Which labels the averages over labels leave out; empty if none."""


def scores_section(race: Race) -> ScoresSection:
    """Scores of the best 30 candidates that have any, for the most frequent labels."""
    found = [
        one.model_copy(update={"label_scores": _most_frequent(one.label_scores)})
        for one in race.ranked
        if one.label_scores
    ][:MAX_CANDIDATES]
    details = []
    for one in found:
        name = candidate_cell(race, one)
        details.append((rank_tag(one), name.text, name.mark, _scores_table(one)))
    scores = next((one.label_scores for one in race.ranked if one.label_scores), [])
    return ScoresSection(_overview(found) if found else None, details, _left_out(scores))


def _left_out(scores: list[LabelScores]) -> str:
    """Every candidate has the same test rows, so its scores say it for all."""
    missing = [score.label for score in scores if score.rows == 0]
    if not missing:
        return ""
    labels = "label" if len(missing) == 1 else "labels"
    averages = "averages over labels (macro F1, balanced accuracy and the like)"
    return (
        f"No test row has the {labels} {listed(missing)}: {averages} leave out these and no others."
    )


def _most_frequent(scores: list[LabelScores]) -> list[LabelScores]:
    """The most frequent labels, in their order; all of them could make the page too large."""
    kept = sorted(range(len(scores)), key=lambda place: -scores[place].rows)[:MAX_LABELS]
    return [scores[place] for place in sorted(kept)]


def _overview(candidates: list[CandidateSummary]) -> Table:
    scores = [{score.label: score for score in one.label_scores} for one in candidates]
    labels = list(dict.fromkeys(label for by_label in scores for label in by_label))
    columns = [
        Column("Label", is_number=False),
        Column("Test rows"),
        *(Column(rank_tag(one), one.name) for one in candidates),
    ]
    rows = [
        [
            Cell(shortened(label, _MAX_ROW_LABEL), title=label),
            number(next(by[label].rows for by in scores if label in by), numbers.count),
            *(_f1_cell(by_label.get(label)) for by_label in scores),
        ]
        for label in labels
    ]
    which = f"the {MAX_LABELS} most frequent labels" if len(labels) == MAX_LABELS else "each label"
    return Table(f"F1 of {which} by candidate", columns, rows, kind="heat")


def _f1_cell(score: LabelScores | None) -> Cell:
    if score is None:
        return number(None, numbers.metric)
    return Cell(f"{score.f1:.2f}", score.f1, kind=f"o{heat_level(1 - score.f1)}")


def _scores_table(candidate: CandidateSummary) -> Table:
    columns = [
        Column("Label", is_number=False),
        Column("Test rows"),
        Column("Precision"),
        Column("Recall"),
        Column("F1"),
    ]
    rows = [
        [
            Cell(score.label, kind="label"),
            number(score.rows, numbers.count),
            number(score.precision, numbers.metric),
            number(score.recall, numbers.metric),
            number(score.f1, numbers.metric),
        ]
        for score in candidate.label_scores
    ]
    return Table(f"Scores by label of {candidate.name}", columns, rows)
