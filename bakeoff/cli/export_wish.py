"""What the command `export` is asked for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wish:
    """How to export."""

    is_onnx: bool = False
    is_int8: bool = False
    """Only as ONNX."""
    output: Path | None = None
    """None: beside the original."""
    rows: Path | None = None
    """A file with labelled rows; None: the run's test rows."""
    allow_remote_code: bool = False
