"""What a column of a result table is, and the columns that the tables share.

Each table's columns are defined in a module of its own, such as comparison_columns.py;
`docs/results.md` is generated from them. A new column goes to the end. Removing a column, or
changing its meaning, raises SCHEMA_VERSION.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from bakeoff.summary.candidate import CandidateSummary

SCHEMA_VERSION = 5

ColumnType = Literal["text", "integer", "number", "boolean"]
Cell = str | int | float | bool | None

Row = TypeVar("Row", contravariant=True)


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column of a table whose lines are rendered from objects of the type Row.

    `unit` is empty for what has none. `value` takes the cell from a row; None, and a number that
    is not finite, is an empty cell.
    """

    name: str
    type: ColumnType
    unit: str
    meaning: str
    value: Callable[[Row], Cell]


class CandidateLine(Protocol):
    """A row about one candidate, or a part of it."""

    @property
    def run(self) -> str: ...

    @property
    def candidate(self) -> CandidateSummary: ...


VERSION: Column[CandidateLine] = Column(
    "schema_version",
    "integer",
    "",
    "The version of the tables' columns",
    lambda row: SCHEMA_VERSION,
)
CANDIDATE: Column[CandidateLine] = Column(
    "candidate",
    "text",
    "",
    "The candidate's key: unique in the run, the same in all files, and the same in every run that "
    "has this model with these settings of its own",
    lambda row: row.candidate.candidate,
)
NAME: Column[CandidateLine] = Column(
    "name",
    "text",
    "",
    "The candidate's name for people, short and distinct within the run",
    lambda row: row.candidate.name,
)
MODEL: Column[CandidateLine] = Column(
    "model",
    "text",
    "",
    "The model's hub id or S3 URI; `baseline/METHOD` for baselines",
    lambda row: row.candidate.model,
)
METHOD: Column[CandidateLine] = Column(
    "method",
    "text",
    "",
    "How the model was adapted, `full`, `lora`, `frozen`, `prompt`, `static` or `zeroshot`; or "
    "which baseline, `majority` or `tfidf`",
    lambda row: row.candidate.method,
)
RUN: Column[CandidateLine] = Column(
    "run", "text", "", "The run: one upload of a request", lambda row: row.run
)
