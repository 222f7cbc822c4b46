"""measurement.json: how fast an exported model and its original are, and how both are scored."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ModelSpeed:
    num_bytes: int
    """The files that the model needs, without code."""
    rows_per_second: float
    """In batches."""
    latency_p50_seconds: float
    """Of a row by itself."""
    latency_p95_seconds: float


@dataclass(frozen=True, kw_only=True)
class ExportMeasurement:
    """The answers are beside it, in original.npz and exported.npz, as in predictions.npz."""

    schema_version: int = 1
    task: str
    labels: list[str]
    """In the order of their numbers; empty in a regression."""
    positive_label: str | None
    threshold: float | None
    """Of a multi-label task."""
    num_rows: int
    batch_rows: int
    latency_rows: int
    """Rows that were answered one by one."""
    device: str
    """The processor, on which both were measured."""
    runtime: str
    """The library that runs the exported model, with its version."""
    original: ModelSpeed
    exported: ModelSpeed
    notes: list[str] = field(default_factory=list)
    """Sentences on what disturbed the measurement."""
