"""How a race in stages went: who entered each stage, who dropped out, and what that saved."""

from pydantic import Field

from bakeoff.jobs.stage import Stage
from bakeoff.race.stage_outcome import Entrant
from bakeoff.summary.part import Part


class RaceStage(Part):
    """A stage with its entrants and its cost."""

    stage: Stage
    wave: int
    """From 1."""
    share: float | None = None
    """The share of the steps that candidates have trained when it ends, 0 to 1."""
    places: int | None = None
    """How many could go on by score alone; None in the final stage."""
    entrants: list[Entrant]
    """The best first, failed ones last. Scores are those on validation; in the screening mean
    ranks, of which 1 is the best; in the final stage those on test."""
    billable_seconds: int | None = None
    """The sum over its jobs."""
    cost_usd: float | None = None
    """The sum over its jobs; None if a price is missing."""
    train_tokens: int | None = None
    """Tokens processed in training, with padding."""


class SearchCounts(Part):
    """What the search on the hub found."""

    listed: int
    """Models of the hub that were looked at."""
    found: int
    """Those that take part."""
    dropped: dict[str, int] = Field(default_factory=dict)
    """How many of these were left out, by the reason."""


class RankAgreement(Part):
    """How far two stages put the same candidates into the same order."""

    kendalls_tau: float
    """1: the same order; 0: no relation; -1: the opposite order."""
    num_candidates: int


class Saving(Part):
    """The race beside an exhaustive one, in which every model trains to the end with every learning
    rate and all seeds. The exhaustive figures are estimates from the shares of the steps."""

    billable_seconds: int | None
    exhaustive_billable_seconds: int | None
    train_tokens: int | None
    exhaustive_train_tokens: int | None


class StagedRace(Part):
    stages: list[RaceStage]
    """In their order, the final one last."""
    search: SearchCounts | None = None
    """None if the request named its models."""
    screening_with_rung: RankAgreement | None = None
    """The order of the screening beside that of the first rung, of all that entered both."""
    screening_with_final: RankAgreement | None = None
    """The order of the screening beside that on test, of the finalists."""
    saving: Saving | None = None
