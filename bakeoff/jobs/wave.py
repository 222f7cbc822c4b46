"""A wave: the jobs that run side by side, before their results decide what runs next."""

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.jobs.job_config import TrainingPart
from bakeoff.jobs.stage import Stage


@dataclass(frozen=True)
class Training:
    """One training job of a candidate."""

    candidate: str
    seed: int
    part: TrainingPart | None = None
    """None: all of the training, at the learning rate of the recipe."""
    rung: int | None = None
    """From 1; None in the final."""
    train_percent: int | None = None
    """The part of the train rows of a learning curve's job; None: all of them."""


@dataclass(frozen=True)
class Wave:
    """What a wave does: screening jobs, or training jobs."""

    number: int
    """From 1."""
    stage: Stage
    trainings: Sequence[Training] = ()
    shards: Sequence[Sequence[str]] = ()
    """The candidates of each screening job."""
    is_last: bool = False
    """Whether no other wave can follow, whatever the results."""
    places: int | None = None
    """How many candidates may go on from a screening or a rung."""
    share: float | None = None
    """The share of the steps that candidates have trained at the end of a rung, 0 to 1."""
