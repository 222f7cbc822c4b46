"""export.json: what an exported model is, what it loses and what it gains."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.documents import Document
from bakeoff.export.comparison import LossOfQuality
from bakeoff.export.measurement import ExportMeasurement, ModelSpeed

EXPORT_FILE = "export.json"
SCHEMA_VERSION = 1

Precision = Literal["fp32", "int8"]


class Speed(BaseModel):
    """Both models on the same processor, in turns."""

    model_config = ConfigDict(frozen=True)

    device: str
    runtime: str
    batch_rows: int
    latency_rows: int
    original: ModelSpeed
    exported: ModelSpeed


class Measured(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    rows: str
    """Which rows, as a phrase."""
    num_rows: int
    quality: LossOfQuality
    speed: Speed
    notes: list[str] = Field(default_factory=list)

    @classmethod
    def of(cls, found: ExportMeasurement, loss: LossOfQuality, rows: str) -> Self:
        return cls(
            rows=rows,
            num_rows=found.num_rows,
            quality=loss,
            speed=Speed(
                device=found.device,
                runtime=found.runtime,
                batch_rows=found.batch_rows,
                latency_rows=found.latency_rows,
                original=found.original,
                exported=found.exported,
            ),
            notes=found.notes,
        )


class Export(Document):
    schema_version: int = SCHEMA_VERSION
    format: Literal["onnx"] = "onnx"
    precision: Precision
    measured: Measured | None = None
    """None without rows to measure with."""
