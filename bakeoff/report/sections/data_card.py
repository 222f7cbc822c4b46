"""The section that shows the data card."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bakeoff.prepared.data_card import DataCard, GivenSplit, TokenLengths, UsedSplit
from bakeoff.report import numbers
from bakeoff.report.phrases import capitalised
from bakeoff.report.race import Race
from bakeoff.report.sections.names import candidate_cell
from bakeoff.report.tables import Cell, Column, Table, number
from bakeoff.wording import counted

_SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class DataCardSection:
    problem: str
    """Why there is nothing to show; empty if there is."""
    tables: list[Table]
    notes: list[str]


def data_card_section(race: Race, card: DataCard | None) -> DataCardSection:
    if card is None:
        problem = "The run has no readable data card."
        return DataCardSection(problem, [], [])
    tables = [_rows(card), _balance(card), _values(card), _lengths(race, card), _leaks(card)]
    return DataCardSection("", [table for table in tables if table], _notes(card))


def _ordered(splits: Mapping[str, Any]) -> list[str]:
    return [*(name for name in _SPLITS if name in splits), *sorted(set(splits) - set(_SPLITS))]


def _rows(card: DataCard) -> Table | None:
    has_lines = any(given.lines is not None for given in card.given.values())
    lines = Column("Lines", "Lines of the CSV files, without headers and blank lines")
    columns = [
        Column("Split", is_number=False),
        *([lines] if has_lines else []),
        Column("Given", "Rows of the data set, before any are dropped or drawn"),
        Column("Used"),
        Column("Duplicates", "Used rows whose texts occur earlier in the same split"),
        Column("Empty, given", "Rows without a text; train and validation leave them out"),
        Column("Empty, used"),
        Column("Words, median"),
        Column("Words, p95"),
        Column("Words, longest"),
        Column("Leaked, left out", "Rows that also occur in test and were dropped"),
    ]
    rows = []
    for name in _ordered(card.splits):
        split, given = card.splits[name], card.given.get(name, GivenSplit())
        rows.append(
            [
                Cell(name),
                *([number(given.lines, numbers.count)] if has_lines else []),
                number(given.rows, numbers.count),
                number(split.rows, numbers.count),
                number(split.repeated_rows, numbers.count),
                number(given.empty_rows, numbers.count),
                number(split.empty_rows, numbers.count),
                number(split.words.get("p50"), numbers.count),
                number(split.words.get("p95"), numbers.count),
                number(split.words.get("p100"), numbers.count),
                number(card.dropped_rows.get(name), numbers.count),
            ]
        )
    return Table("Rows by split", columns, rows, is_sortable=False) if rows else None


def _balance(card: DataCard) -> Table | None:
    splits = [name for name in _ordered(card.splits) if card.splits[name].label_rows]
    by_split = {
        name: {entry.label: entry for entry in card.splits[name].label_rows} for name in splits
    }
    labels = list(dict.fromkeys(label for by in by_split.values() for label in by))
    if not labels:
        return None
    columns = [Column("Label", is_number=False)]
    for name in splits:
        columns += [Column(f"Rows, {name}"), Column(f"Share, {name}")]
    rows = []
    for label in labels:
        cells = [Cell(label, kind="label")]
        for name in splits:
            entry = by_split[name].get(label)
            cells.append(number(entry.rows if entry else None, numbers.count))
            share = number(entry.share if entry else None, numbers.share)
            cells.append(share)
        rows.append(cells)
    return Table("Balance of labels", columns, rows)


def _values(card: DataCard) -> Table | None:
    splits = [name for name in _ordered(card.splits) if card.splits[name].label_values]
    if not splits:
        return None
    quantiles = ("mean", "p0", "p5", "p25", "p50", "p75", "p95", "p100")
    names = {"p0": "Least", "p50": "Median", "p100": "Greatest", "mean": "Mean"}
    columns = [
        Column("Split", is_number=False),
        *(Column(names.get(key, key)) for key in quantiles),
    ]
    rows = [
        [
            Cell(name),
            *(
                number(card.splits[name].label_values.get(key), numbers.significant)
                for key in quantiles
            ),
        ]
        for name in splits
    ]
    return Table("Numbers to predict", columns, rows, is_sortable=False)


def _lengths(race: Race, card: DataCard) -> Table | None:
    splits = _ordered({name: 0 for model in card.models.values() for name in model.splits})
    if not splits:
        return None
    columns = [
        Column("Candidate", is_number=False),
        Column("Limit", "Tokens after which a row is truncated"),
    ]
    for name in splits:
        columns += [
            Column(f"{capitalised(name)}, median", f"Tokens of a row of {name}"),
            Column("p95"),
            Column("longest"),
            Column("truncated", f"Share of {name} rows that are longer"),
        ]
    order = {one.candidate: i for i, one in enumerate(race.summary.candidates)}
    rows = []
    for key in sorted(card.models, key=lambda name: order.get(name, len(order))):
        model = card.models[key]
        cells = [_named(race, key), number(model.max_length, numbers.count)]
        for name in splits:
            tokens = model.splits.get(name, TokenLengths())
            cells += [
                number(tokens.tokens.get("p50"), numbers.count),
                number(tokens.tokens.get("p95"), numbers.count),
                number(tokens.tokens.get("p100"), numbers.count),
                number(tokens.truncated_share, numbers.share),
            ]
        rows.append(cells)
    return Table("Lengths in tokens, and truncated rows", columns, rows)


def _named(race: Race, key: str) -> Cell:
    found = next((one for one in race.summary.candidates if one.candidate == key), None)
    return candidate_cell(race, found) if found else Cell(key)


def _leaks(card: DataCard) -> Table | None:
    before, after = card.leaked_rows, card.leaked_rows_left
    splits = _ordered({**before.exact, **before.normalised, **after.exact, **after.normalised})
    if not splits:
        return None
    columns = [
        Column("Test rows that also occur in", is_number=False),
        Column("Exactly, as given"),
        Column("Normalised, as given", "Ignoring case, punctuation and white space"),
        Column("Exactly, as used"),
        Column("Normalised, as used"),
    ]
    rows = [
        [
            Cell(name),
            number(before.exact.get(name), numbers.count),
            number(before.normalised.get(name), numbers.count),
            number(after.exact.get(name), numbers.count),
            number(after.normalised.get(name), numbers.count),
        ]
        for name in splits
    ]
    return Table("Leaked rows", columns, rows, is_sortable=False)


def _notes(card: DataCard) -> list[str]:
    notes = [*([card.ignored] if card.ignored else []), *card.notes]
    leaked = sum(card.leaked_rows.exact.values())
    if leaked:
        occur = "occurs" if leaked == 1 else "occur"
        notes.append(f"{counted(leaked, 'test row')} also {occur} in another split.")
    left = sum(card.leaked_rows_left.exact.values())
    if left:
        was = "was" if left == 1 else "were"
        notes.append(
            f"{numbers.count(left)} of them {was} not left out, which inflates the scores."
        )
    elif leaked:
        notes.append("The copies were left out of training, so they do not inflate the scores.")
    repeated = card.splits.get("test", UsedSplit()).repeated_rows
    if repeated:
        what = "row of test counts" if repeated == 1 else "rows of test count"
        notes.append(f"{numbers.count(repeated)} {what} more than once in every score.")
    empty = card.splits.get("test", UsedSplit()).empty_rows
    if empty:
        what = "row of test has" if empty == 1 else "rows of test have"
        notes.append(f"{numbers.count(empty)} {what} no text, so every candidate can only guess.")
    for name in _ordered(card.splits):
        split = card.splits[name]
        if split.labels_per_row is not None:
            bare = numbers.count(split.rows_without_label or 0)
            notes.append(
                f"In {name} a row has {numbers.significant(split.labels_per_row)} labels on "
                f"average; {bare} rows have none."
            )
    return notes
