"""A wave whose jobs have ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.jobs.result import JobResult
from bakeoff.jobs.wave import Wave
from bakeoff.race.stage_outcome import StageOutcome


@dataclass(frozen=True)
class PastWave:
    """What was planned, and what came of it."""

    wave: Wave
    results: Sequence[JobResult]
    """One for each job, in any order."""
    outcome: StageOutcome | None = None
    """Who goes on; None after a wave of the final, which drops no one."""

    def result_of(self, candidate: str, seed: int) -> JobResult | None:
        """The result of a candidate's training job in this wave, if it had one."""
        found = (each for each in self.results if (each.candidate, each.seed) == (candidate, seed))
        return next(found, None)
