"""data.json, the data card. docs/data-card.md describes every member."""

from dataclasses import dataclass, field

from documents.json_documents import OPTIONAL

Distribution = dict[str, float]
"""`mean`, and the quantiles as `p0` to `p100`."""


@dataclass(frozen=True, kw_only=True)
class GivenSplit:
    """A split of the data set before rows are dropped or drawn."""

    rows: int
    repeated_rows: int
    empty_rows: int
    half_empty_rows: int | None = field(default=None, metadata=OPTIONAL)
    """Pairs only."""
    lines: int | None = field(default=None, metadata=OPTIONAL)
    """CSV only."""


@dataclass(frozen=True)
class LabelRows:
    label: str
    rows: int
    share: float
    """Share of the split's rows, 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class UsedSplit(GivenSplit):
    """A split as it is used."""

    words: Distribution
    label_rows: list[LabelRows] | None = field(default=None, metadata=OPTIONAL)
    """Not in a regression."""
    labels_per_row: float | None = field(default=None, metadata=OPTIONAL)
    """Multilabel only, like `rows_without_label`."""
    rows_without_label: int | None = field(default=None, metadata=OPTIONAL)
    label_values: Distribution | None = field(default=None, metadata=OPTIONAL)
    """Regression only."""


@dataclass(frozen=True)
class TokenLengths:
    tokens: Distribution
    """Tokens of a row before truncation."""
    truncated_share: float
    """Share of rows longer than max_length, 0 to 1."""


@dataclass(frozen=True)
class ModelLengths:
    max_length: int
    splits: dict[str, TokenLengths]


@dataclass(frozen=True)
class LeakedRows:
    """Test rows that also occur in another split, by that split."""

    exact: dict[str, int]
    normalised: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class DataCard:
    schema_version: int = 1
    fingerprint: str
    text_columns: list[str]
    label_columns: list[str]
    notes: list[str]
    """Sentences on how the data were read."""
    task: str
    task_reason: str
    labels: list[str]
    positive_label: str | None
    given: dict[str, GivenSplit]
    leaked_rows: LeakedRows
    dropped_rows: dict[str, int]
    splits: dict[str, UsedSplit]
    leaked_rows_left: LeakedRows
    models: dict[str, ModelLengths]
    """By candidate; baselines have no tokens and no entry."""
