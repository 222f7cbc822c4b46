"""manifest.json: the outcome of the preparation."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ProblemEntry:
    field: str
    """The request's field to look at."""
    problem: str
    remedy: str


@dataclass(frozen=True)
class DatasetEntry:
    """The snapshot that every candidate is trained on."""

    id: str
    revision: str | None
    fingerprint: str
    text_columns: list[str]
    label_columns: list[str]
    task: str
    task_reason: str
    labels: list[str]
    """In the order of their numbers; empty in a regression."""
    positive_label: str | None
    rows: dict[str, int]
    """By split."""
    leaked_rows_dropped: int
    """Rows of train that were left out because they also occur in test."""
    prefix: str
    """Begins the keys of SPLIT.parquet in the bucket."""


@dataclass(frozen=True)
class ModelEntry:
    """A candidate's model; prefixes are those of keys in the bucket."""

    candidate: str
    model: str
    revision: str | None
    status: str = "ready"
    """"ready" or "failed"."""
    reason: str | None = None
    """Why it failed; None if it is ready."""
    max_length: int | None = None
    """Tokens after which texts are cut."""
    num_parameters: int | None = None
    encoder_parameters: int | None = None
    """Without embedding tables and without a head: what a text is computed with; None if it could
    not be counted."""
    snapshot_prefix: str | None = None
    tokenised_prefix: str | None = None
    entails: bool = False
    """Whether its own head tells if a text entails another."""
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    schema_version: int = 2
    status: str = "ready"
    """"ready", or "rejected" if the data cannot be trained on, as `problems` explain."""
    problems: list[ProblemEntry] = field(default_factory=list)
    dataset: DatasetEntry | None = None
    models: list[ModelEntry] = field(default_factory=list)
    library_versions: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    """By phase: dataset, models."""
