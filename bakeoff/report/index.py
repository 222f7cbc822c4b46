"""The page that lists all results of a bucket."""

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.metrics import spoken_name
from bakeoff.names import is_valid_name
from bakeoff.report import numbers
from bakeoff.report.numbers import ABSENT
from bakeoff.report.phrases import capitalised, shortened
from bakeoff.report.safe_text import cleaned
from bakeoff.report.sections.verdict import when
from bakeoff.report.self_contained import page
from bakeoff.report.tables import Cell, Column, Table, number, text, without_empty_columns
from bakeoff.result_files import REPORT
from bakeoff.summary.run_entry import RunEntry

_MAX_DATASET = 40

_COLUMNS = [
    Column("Name", is_number=False),
    Column("Data", is_number=False),
    Column("Best candidate", is_number=False),
    Column("Metric", is_number=False),
    Column("Score", "Of the best candidate on test"),
    Column("Candidates"),
    Column("Training time", "That is billed, of all jobs together"),
    Column("Cost", "Of all training jobs"),
    Column("Requested", is_number=False),
]


@dataclass(frozen=True)
class _Listed:
    table: Table
    links: list[str]
    """Of each row, relative to the page; empty without."""


def render_index(entries: Sequence[RunEntry]) -> str:
    """The list as one HTML file that opens from disk, the newest first.

    Everything from outside is escaped. Equal entries give equal text, in whatever order they come.
    """
    safe = [RunEntry.model_validate(cleaned(entry.model_dump())) for entry in entries]
    newest_first = sorted(safe, key=lambda entry: entry.name)
    newest_first.sort(key=lambda entry: entry.requested_at or "", reverse=True)
    # Another name would be no folder beside the page.
    links = [
        f"{entry.name}/{REPORT}" if is_valid_name(entry.name) else "" for entry in newest_first
    ]
    whole = Table("All results", _COLUMNS, [_row(entry) for entry in newest_first])
    table = without_empty_columns(whole, first=1)
    return page("index.html.j2", listed=_Listed(table, links))


def _row(entry: RunEntry) -> list[Cell]:
    metric = capitalised(spoken_name(entry.main_metric)) if entry.main_metric else None
    return [
        Cell(entry.name),
        Cell(shortened(entry.data_name, _MAX_DATASET) or ABSENT, title=entry.dataset or ""),
        text(entry.winner),
        text(metric),
        number(entry.score, numbers.metric),
        number(entry.num_candidates, numbers.count),
        number(entry.billable_seconds, numbers.duration),
        number(entry.cost_usd, numbers.usd),
        text(when(entry.requested_at) if entry.requested_at else None),
    ]
