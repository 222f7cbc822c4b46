"""How much of a race a candidate is expected to take part in."""

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.jobs.learning_rates import num_rates
from bakeoff.jobs.screening_config import MOST_MODELS_PER_JOB
from bakeoff.race.cuts import (
    LONE_TRIAL_SHARE,
    needs_screening,
    rungs_of,
    screening_places,
)
from bakeoff.race.stage_bounds import is_racer
from bakeoff.request.resolved import Candidate, ResolvedRequest


@dataclass(frozen=True)
class Part:
    """A candidate's part in the race; fractions are chances, or shares of a job."""

    jobs: float = 0.0
    """Jobs that start, each with the time that a start takes."""
    screenings: float = 0.0
    trainings: float = 0.0
    """In trainings to the end: a trial of a quarter of the steps is a quarter."""
    tests: float = 0.0
    """How often the test rows are scored."""

    def plus(self, other: "Part") -> "Part":
        return Part(
            self.jobs + other.jobs,
            self.screenings + other.screenings,
            self.trainings + other.trainings,
            self.tests + other.tests,
        )

    def times(self, count: int) -> "Part":
        """The same for several candidates together."""
        return Part(
            self.jobs * count, self.screenings * count, self.trainings * count, self.tests * count
        )


def expected_part(
    resolved: ResolvedRequest, candidate: Candidate, racers: Sequence[Candidate]
) -> Part:
    """The candidate's part if each racer is as likely to go on from a stage as any other.

    Args:
        racers: the candidates that are screened and go through rungs.
    """
    seeds = len(resolved.seeds_of(candidate))
    rates = num_rates(candidate.method, candidate.hyperparameters, resolved.tune)
    finalists = len(racers) if resolved.finalists is None else resolved.finalists
    if not is_racer(candidate.method) or len(racers) <= finalists:
        extra_trials = (rates - 1) * LONE_TRIAL_SHARE
        return Part(jobs=seeds, trainings=seeds + extra_trials, tests=seeds)
    return _part_in_stages(len(racers), finalists, seeds, rates)


def racers_of(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that a race with finalists screens and halves."""
    return [each for each in candidates if is_racer(each.method)]


def _part_in_stages(num_racers: int, finalists: int, seeds: int, rates: int) -> Part:
    jobs = screenings = trainings = 0.0
    entrants = num_racers
    if needs_screening(num_racers, finalists):
        jobs, screenings = 1 / MOST_MODELS_PER_JOB, 1.0
        entrants = min(num_racers, screening_places(num_racers, finalists))
    trained, num_trials = 0.0, rates
    for rung in rungs_of(entrants, finalists):
        chance = entrants / num_racers
        jobs += chance
        trainings += chance * num_trials * (rung.share - trained)
        entrants, trained, num_trials = rung.places, rung.share, 1
    chance = entrants / num_racers
    jobs += chance * seeds
    trainings += chance * (seeds - trained)
    return Part(jobs, screenings, trainings, tests=chance * seeds)
