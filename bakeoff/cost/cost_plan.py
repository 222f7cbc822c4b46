"""What a run may cost at most, and what it is expected to take, before it has begun."""

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.documents import Document

SCHEMA_VERSION = 1


class CandidateEstimate(BaseModel):
    """Of all jobs of a candidate together."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    candidate: str
    seconds: float | None
    """None if no past run tells."""
    usd: float | None
    basis: str
    """A sentence: from what this follows, or why there is none."""


class CostPlan(Document):
    """`prices_usd_per_hour` is by instance type; None is a price that could not be had."""

    schema_version: int = SCHEMA_VERSION
    prices_usd_per_hour: dict[str, float | None]
    priced_at: str | None
    """When the price list was asked, ISO 8601; None if it was not."""
    num_jobs: int
    """Training jobs."""
    max_runtime_seconds: int
    """Of each training job."""
    max_preparation_seconds: int
    """Of the processing job that prepares the data."""
    upper_bound_usd: float | None
    """All jobs and the preparation, each as long as it may run; None without a price."""
    budget_usd: float | None
    """As the request says."""
    estimated_seconds: float | None = None
    """Of all training jobs together; None where past runs do not tell it of each."""
    estimated_usd: float | None = None
    estimates: list[CandidateEstimate] = Field(default_factory=list)
