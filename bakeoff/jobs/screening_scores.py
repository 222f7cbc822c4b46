"""screening.json: how promising each model of a screening job is."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.documents import Document

SCHEMA_VERSION = 1


class ScreeningScore(BaseModel):
    """One candidate's scores; those that its task or kind of screening lacks are None."""

    model_config = ConfigDict(frozen=True)

    candidate: str
    status: Literal["scored", "failed"]
    reason: str | None = None
    """Why it failed, as a sentence."""
    log_loss: float | None = None
    log_me: float | None = None
    r2: float | None = None
    metric: float | None = None
    """The main metric on validation after a short training."""
    standard_error: float | None = None
    """Of `metric`."""
    seconds: float | None = None
    cpu_seconds: float | None = None
    train_tokens: int | None = None


class ScreeningScores(Document):
    """What a screening job writes, one score for each of its models."""

    schema_version: int = SCHEMA_VERSION
    scores: list[ScreeningScore] = Field(default_factory=list)
