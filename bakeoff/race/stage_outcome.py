"""outcome.json of a wave: who entered it, with what score, and who goes on."""

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.documents import Document
from bakeoff.jobs.stage import Stage


class Entrant(BaseModel):
    """A candidate in a wave."""

    model_config = ConfigDict(frozen=True)

    candidate: str
    score: float | None
    """On validation: the main metric after a rung; after screening the mean rank among entrants,
    1 is the best. None if it failed."""
    standard_error: float | None = None
    """Of the score, over validation rows."""
    is_kept: bool
    """Whether it goes on to the next wave."""
    reason: str | None = None
    """Why it does not go on, or why it goes on although others score better, as a sentence."""


class StageOutcome(Document):
    """Written when the next wave is planned, so it holds for the run from then on."""

    schema_version: int = 1
    wave: int
    """From 1."""
    stage: Stage
    share: float | None = None
    """The share of the steps that candidates have trained at the end of a rung, 0 to 1."""
    metric: str | None = None
    """The main metric after a rung; None after screening, whose scores are ranks."""
    places: int
    """How many could go on by score alone."""
    entrants: list[Entrant] = Field(default_factory=list)
    """The best first, failed ones last."""
