"""Where results come from."""

from typing import Any

from bakeoff.summary.part import Part


class Provenance(Part):
    run: str
    name: str
    requested_at: str | None
    request_key: str | None
    execution_arn: str | None
    experiment: str | None
    library_versions: dict[str, str]
    """Those of the training jobs."""
    devices: list[str]
    request: dict[str, Any]
    """With every default filled in."""
