"""How long the steps of a screening may take, after which a model is taken to hang."""

from pathlib import Path

STEP_SECONDS = 300.0
"""For a batch, or a step of training."""
FITTING_SECONDS = 1800.0
_READ_BYTES_PER_SECOND = 20_000_000


def loading_seconds(folder: Path) -> float:
    """For reading a snapshot."""
    num_bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return STEP_SECONDS + num_bytes / _READ_BYTES_PER_SECOND
