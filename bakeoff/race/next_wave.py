"""The next wave of a race, from the results of those before.

A race is screening, rungs and the final, as far as it needs them, and the learning curve if it is
wanted. Each wave waits for all jobs of the one before, so that the outcome does not depend on which
job ends first.
"""

from collections.abc import Sequence

from bakeoff.jobs.job_config import TrainingPart
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.wave import Training, Wave
from bakeoff.race.after_rung import after_rung
from bakeoff.race.after_screening import after_screening
from bakeoff.race.curve import curve_wave
from bakeoff.race.cuts import (
    LONE_TRIAL_SHARE,
    Rung,
    is_short_training_worth_it,
    needs_screening,
    rungs_of,
    screening_places,
)
from bakeoff.race.final import final_wave
from bakeoff.race.past_wave import PastWave
from bakeoff.race.race import Race, Runner
from bakeoff.race.shards import shards_of
from bakeoff.race.stage_outcome import StageOutcome


def next_wave(race: Race, past: Sequence[PastWave]) -> Wave | None:
    """None if nothing is left to train.

    Args:
        past: all waves so far, in their order; screening and rungs with their outcomes.
    """
    if past and past[-1].wave.stage == "curve":
        return None
    left = _left(race, past)
    if not past or past[-1].wave.stage != "final":
        before_final = _screening(race, past, left) or _next_rung(race, past, left)
        if before_final is not None:
            return before_final
    finalists = [runner for runner in race.runners if not runner.is_racer or runner in left]
    wave = final_wave(
        finalists,
        past,
        _first_share(past) or LONE_TRIAL_SHARE,
        has_learning_curve=bool(race.curve_parts),
    )
    return wave if wave.trainings else curve_wave(race, past)


def outcome_of(race: Race, wave: Wave, results: Sequence[JobResult]) -> StageOutcome | None:
    """Who goes on after a wave whose jobs have ended; None after one of the final, and after the
    learning curve."""
    if wave.stage in ("final", "curve"):
        return None
    after = after_screening if wave.stage == "screening" else after_rung
    return after(race, wave, results)


def _left(race: Race, past: Sequence[PastWave]) -> list[Runner]:
    """The racers that no stage has dropped."""
    outcomes = [each.outcome for each in past if each.outcome is not None]
    if not outcomes:
        return race.racers
    kept = {each.candidate for each in outcomes[-1].entrants if each.is_kept}
    return [runner for runner in race.racers if runner.candidate in kept]


def _screening(race: Race, past: Sequence[PastWave], left: Sequence[Runner]) -> Wave | None:
    """Only as the first wave, and only of many models."""
    if past or race.finalists is None or not needs_screening(len(left), race.finalists):
        return None
    if race.screening == "short_training":
        num_rates = max(len(runner.learning_rates) for runner in left)
        if not is_short_training_worth_it(len(left), race.finalists, num_rates):
            return None
    places = screening_places(len(left), race.finalists)
    return Wave(1, "screening", shards=shards_of(left), places=places)


def _next_rung(race: Race, past: Sequence[PastWave], left: Sequence[Runner]) -> Wave | None:
    """The next one that drops anyone. The cuts follow from the entrants of the first rung."""
    if race.finalists is None:
        return None
    before = _rungs(past)
    num_entrants = len(before[0].trainings) if before else len(left)
    for rung in rungs_of(num_entrants, race.finalists):
        is_ahead = not before or rung.share > (before[-1].share or 0)
        if is_ahead and rung.places < len(left):
            return _rung_wave(left, past, rung)
    return None


def _rung_wave(left: Sequence[Runner], past: Sequence[PastWave], rung: Rung) -> Wave:
    trial_share, number = _first_share(past) or rung.share, len(_rungs(past)) + 1
    trainings = [
        Training(
            runner.candidate,
            runner.seeds[0],
            TrainingPart(
                learning_rates=runner.learning_rates,
                trial_share=trial_share if runner.has_trials else 1.0,
                stop_share=rung.share,
                stage="rung",
            ),
            rung=number,
        )
        for runner in left
    ]
    return Wave(len(past) + 1, "rung", trainings, places=rung.places, share=rung.share)


def _rungs(past: Sequence[PastWave]) -> list[Wave]:
    return [each.wave for each in past if each.wave.stage == "rung"]


def _first_share(past: Sequence[PastWave]) -> float | None:
    """Where the first rung ended, at which the learning rates were compared; None without rungs."""
    return next((wave.share for wave in _rungs(past)), None)
