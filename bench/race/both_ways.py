"""Chooses a model in two ways: each trained to the end at every learning rate, or in a race."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bakeoff.jobs.job_config import TrainingPart
from bakeoff.jobs.plan import plan_wave
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.wave import Training, Wave
from bakeoff.race.next_wave import next_wave, outcome_of
from bakeoff.race.past_wave import PastWave
from bakeoff.race.race import race_of
from bench.race.job_folder import JobFolder, RunJob
from bench.race.prepared_race import PreparedRace


def exhaustive(
    prepared: PreparedRace, folder: JobFolder, jobs_at_once: int = 1
) -> dict[str, dict[float, JobResult]]:
    """The result of every training to the end, by candidate and learning rate."""
    race = race_of(prepared.resolved, prepared.manifest, prepared.dataset)
    rates = sorted({rate for runner in race.racers for rate in runner.learning_rates})
    found: dict[str, dict[float, JobResult]] = {runner.candidate: {} for runner in race.racers}
    for rate in rates:
        trainings = [
            Training(runner.candidate, runner.seeds[0], TrainingPart([rate]))
            for runner in race.racers
            if rate in runner.learning_rates
        ]
        # Items of different rates have the same names.
        at_rate = folder.inner(rate_folder(rate))
        for result in _run(prepared, Wave(1, "final", trainings), at_rate.run, jobs_at_once):
            found[result.candidate][rate] = result
    return found


def rate_folder(rate: float) -> str:
    return f"rate-{rate:g}"


def raced(prepared: PreparedRace, run_job: RunJob, jobs_at_once: int = 1) -> list[PastWave]:
    """The waves of the race, planned as the state machine has them planned."""
    race = race_of(prepared.resolved, prepared.manifest, prepared.dataset)
    past: list[PastWave] = []
    while (wave := next_wave(race, past)) is not None:
        results = _run(prepared, wave, run_job, jobs_at_once)
        past.append(PastWave(wave, results, outcome_of(race, wave, results)))
        if wave.is_last:
            break
    return past


def _run(
    prepared: PreparedRace, wave: Wave, run_job: RunJob, jobs_at_once: int
) -> Sequence[JobResult]:
    plan = plan_wave(
        prepared.resolved, prepared.manifest, prepared.dataset, prepared.settings, wave
    )
    with ThreadPoolExecutor(jobs_at_once) as pool:
        return [*pool.map(lambda item: run_job(item, plan.configs[item.item]), plan.items)]
