"""The final: whoever is left trains all of its steps with all seeds, and is scored on test."""

from collections.abc import Iterator, Sequence

from bakeoff.jobs.job_config import TrainingPart
from bakeoff.jobs.wave import Training, Wave
from bakeoff.race.past_wave import PastWave
from bakeoff.race.race import Runner


def final_wave(
    runners: Sequence[Runner],
    past: Sequence[PastWave],
    trial_share: float,
    *,
    has_learning_curve: bool = False,
) -> Wave:
    """What the final has yet to train: the first seed of everyone, and the other seeds of those
    whose learning rate is known by now.

    Args:
        runners: everyone in the final.
        trial_share: the share of the steps after which learning rates are compared.
        has_learning_curve: whether another wave follows the final.
    """
    planned = {
        (training.candidate, training.seed)
        for each in past
        if each.wave.stage == "final"
        for training in each.wave.trainings
    }
    trainings = [
        training
        for runner in runners
        for training in _trainings(runner, past, trial_share)
        if (training.candidate, training.seed) not in planned
    ]
    num_planned = len(planned) + len(trainings)
    return Wave(
        number=len(past) + 1,
        stage="final",
        trainings=trainings,
        is_last=not has_learning_curve
        and num_planned == sum(len(runner.seeds) for runner in runners),
    )


def _trainings(runner: Runner, past: Sequence[PastWave], trial_share: float) -> Iterator[Training]:
    first, *others = runner.seeds
    part = TrainingPart(runner.learning_rates, trial_share if runner.has_trials else 1.0)
    yield Training(runner.candidate, first, part)
    rate = known_rate(runner, past)
    if rate is not None:
        for seed in others:
            yield Training(runner.candidate, seed, TrainingPart([rate]))


def known_rate(runner: Runner, past: Sequence[PastWave]) -> float | None:
    """The learning rate that the candidate's first seed has chosen; None if it has not."""
    if not runner.has_trials:
        return runner.learning_rates[0]
    for each in reversed(past):
        result = each.result_of(runner.candidate, runner.seeds[0])
        if result is not None and result.status == "completed" and result.metrics:
            return result.metrics.learning_rate
    return None
