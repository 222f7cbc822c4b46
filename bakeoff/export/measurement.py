"""measurement.json: how fast an exported model and its original are, and how both are scored.

The code in the model's folder writes it.
"""

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.documents import Document
from bakeoff.metrics import Task

MEASUREMENT_FILE = "measurement.json"
ORIGINAL_FILE, EXPORTED_FILE = "original.npz", "exported.npz"
"""The answers of both, in the form of predictions.npz."""


class ModelSpeed(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    num_bytes: int
    """The files that the model needs, without code."""
    rows_per_second: float
    """In batches."""
    latency_p50_seconds: float
    """Of a row by itself."""
    latency_p95_seconds: float


class ExportMeasurement(Document):
    schema_version: int
    task: Task
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
    notes: list[str] = Field(default_factory=list)
    """Sentences on what disturbed the measurement."""
