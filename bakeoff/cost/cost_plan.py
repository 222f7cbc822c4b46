"""A run's maximum and expected cost, computed before its training jobs start."""

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.documents import Document
from bakeoff.hosted_models import TokenPrice
from bakeoff.jobs.stage import Stage

SCHEMA_VERSION = 1


class CandidateEstimate(BaseModel):
    """The expected time and cost of all jobs of a candidate together."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    candidate: str
    seconds: float | None
    """None if past runs do not allow an estimate."""
    usd: float | None
    basis: str
    """A sentence: the basis of the estimate, or why there is none."""
    is_rough: bool = False
    """Whether it follows from the instance's peak speed instead of past runs."""


class StageCost(BaseModel):
    """What a stage of the race may cost at most."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    name: str
    """As readers know it: screening, rung 1, rung 2, final."""
    stage: Stage
    num_jobs: int
    """The most training jobs of the stage."""
    upper_bound_usd: float | None
    """If every one of these jobs runs until its time limit; None if a price is unknown."""


class CostPlan(Document):
    """`prices_usd_per_hour` is by instance type; None means that the price is unknown."""

    schema_version: int = SCHEMA_VERSION
    prices_usd_per_hour: dict[str, float | None]
    token_prices: dict[str, TokenPrice | None] = Field(default_factory=dict)
    """Of the hosted models, by their ids in the request; None means that the price is unknown."""
    tokens_upper_bound_usd: float | None = 0.0
    """What their tokens may cost together; a part of upper_bound_usd."""
    priced_at: str | None
    """When the price list was queried, ISO 8601; None if it was not."""
    num_jobs: int
    """The most training jobs of all stages together."""
    stages: list[StageCost] = Field(default_factory=list)
    """In their order; only the final where every model is trained to the end."""
    max_runtime_seconds: int
    """The time limit of each training job."""
    max_preparation_seconds: int
    """The time limit of the processing job that prepares the data."""
    upper_bound_usd: float | None
    """The cost if every job runs until its time limit; None if a price is unknown."""
    budget_usd: float | None
    """From the request."""
    chosen: list[str] = Field(default_factory=list)
    """Sentences that say what the budget has decided, where the request left it open."""
    estimated_seconds: float | None = None
    """All training jobs together; None if any of them has no estimate."""
    estimated_usd: float | None = None
    estimates: list[CandidateEstimate] = Field(default_factory=list)
