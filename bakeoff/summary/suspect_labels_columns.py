"""suspect_labels.csv: rows whose labels may be wrong, the most doubtful first."""

from collections.abc import Iterator
from dataclasses import dataclass

from bakeoff.summary.columns import SCHEMA_VERSION, Column
from bakeoff.summary.document import Summary
from bakeoff.summary.suspect_labels import SuspectLabel


@dataclass(frozen=True)
class SuspectRow:
    run: str
    place: int
    """From 1."""
    suspect: SuspectLabel


def suspect_labels_rows(summary: Summary) -> Iterator[SuspectRow]:
    listed = summary.suspect_labels.listed if summary.suspect_labels else ()
    for place, suspect in enumerate(listed, start=1):
        yield SuspectRow(summary.provenance.run, place, suspect)


def _text(row: SuspectRow, place: int) -> str | None:
    texts = row.suspect.texts
    return texts[place] if place < len(texts) else None


SUSPECT_LABELS_COLUMNS: tuple[Column[SuspectRow], ...] = (
    Column(
        "schema_version",
        "integer",
        "",
        "The version of the tables' columns",
        lambda row: SCHEMA_VERSION,
    ),
    Column("place", "integer", "", "1 is the most doubtful label", lambda row: row.place),
    Column(
        "split",
        "text",
        "",
        "`train`, `validation` or `test`, as the run has divided the rows",
        lambda row: row.suspect.split,
    ),
    Column(
        "row",
        "integer",
        "",
        "The row's number in the split of the source that it comes from, from 0",
        lambda row: row.suspect.id,
    ),
    Column("label", "text", "", "The given label", lambda row: row.suspect.label),
    Column(
        "likely_label",
        "text",
        "",
        "The label that the linear candidates would give",
        lambda row: row.suspect.likely_label,
    ),
    Column(
        "score",
        "number",
        "0.5 to 1",
        "How much more probable another label is than the given one: (1 + the difference) / 2",
        lambda row: row.suspect.score,
    ),
    Column(
        "text",
        "text",
        "",
        "The first 300 characters of the text, or of the first text of a pair",
        lambda row: _text(row, 0),
    ),
    Column(
        "text_pair",
        "text",
        "",
        "The first 300 characters of the second text of a pair",
        lambda row: _text(row, 1),
    ),
    Column("run", "text", "", "The run: one upload of a request", lambda row: row.run),
)
