"""The learning curve: the best two train once more, on parts of the rows.

The final is the point at all rows. Nothing is chosen by these trainings: the two follow from
validation, each keeps the learning rate that it has chosen, and its steps are those that a data set
of the part's size would get.
"""

from collections.abc import Sequence
from statistics import fmean

from bakeoff.jobs.job_config import TrainingPart
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.wave import Training, Wave
from bakeoff.race.curve_parts import MOST_CANDIDATES
from bakeoff.race.final import known_rate
from bakeoff.race.past_wave import PastWave
from bakeoff.race.race import Race, Runner


def curve_wave(race: Race, past: Sequence[PastWave]) -> Wave | None:
    """The wave after the final; None without a learning curve, or if no candidate can have one."""
    trainings = [
        Training(
            runner.candidate,
            runner.seeds[0],
            TrainingPart([rate], stage="curve", num_train_rows=rows),
            train_percent=percent,
        )
        for runner, rate in _best(race, past)
        for percent, rows in race.curve_parts.items()
    ]
    if not trainings:
        return None
    return Wave(number=len(past) + 1, stage="curve", trainings=trainings, is_last=True)


def _best(race: Race, past: Sequence[PastWave]) -> list[tuple[Runner, float]]:
    """The best candidates on validation among those that learn from rows, with the learning rate
    that their first seed chose; of equals the first in the request."""
    found: list[tuple[float, Runner, float]] = []
    for runner in race.runners:
        scores = _validation_scores(runner, race.main_metric, past)
        rate = known_rate(runner, past)
        if runner.learns_from_rows and runner.seeds[0] in scores and rate is not None:
            mean = fmean(scores.values())
            found.append((-mean if race.higher_is_better else mean, runner, rate))
    found.sort(key=lambda each: each[0])
    return [(runner, rate) for _, runner, rate in found[:MOST_CANDIDATES]]


def _validation_scores(runner: Runner, metric: str, past: Sequence[PastWave]) -> dict[int, float]:
    """By seed, of the final's completed jobs."""
    results: dict[int, JobResult] = {
        seed: result
        for each in past
        if each.wave.stage == "final"
        for seed in runner.seeds
        if (result := each.result_of(runner.candidate, seed)) is not None
        and result.status == "completed"
    }
    return {
        seed: score
        for seed, result in results.items()
        if (score := result.scores("validation").get(metric)) is not None
    }
