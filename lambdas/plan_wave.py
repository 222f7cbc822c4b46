"""PlanWave: turns request, manifest and the results so far into the next jobs of the race.

The first wave opens the run's experiment, too.
"""

import logging
import os
from collections.abc import Collection, Sequence
from typing import Any

from bakeoff import layout
from bakeoff.cost.cost_plan import CostPlan
from bakeoff.cost.estimate import throughputs, with_estimates, workloads
from bakeoff.cost.past_runs import (
    MAX_PAST_RUN_BYTES,
    MAX_PAST_RUNS,
    PastRun,
    read_past_runs,
)
from bakeoff.errors import BakeoffError, Problem, RequestError, ServiceError
from bakeoff.jobs.plan import Plan, plan_wave, plannable_dataset, without_experiment
from bakeoff.jobs.plan_item import plan_to_json
from bakeoff.jobs.wave import Wave
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Manifest
from bakeoff.race.next_wave import next_wave, outcome_of
from bakeoff.race.past_wave import PastWave
from bakeoff.race.race import Race, race_of
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.settings import ServiceSettings
from lambdas.aws.sagemaker import SageMaker
from lambdas.aws.store import Store
from lambdas.wave_record import WaveRecord, read_waves

log = logging.getLogger("bakeoff")


def handler(payload: dict[str, Any], context: object) -> dict[str, Any]:
    settings = ServiceSettings.from_environment(os.environ)
    return plan(payload, Store.connect(settings.bucket), SageMaker.connect(), settings)


def plan(
    payload: dict[str, Any], store: Store, sagemaker: SageMaker, settings: ServiceSettings
) -> dict[str, Any]:
    """Writes the plan of a wave, each job's configuration, and who went on from the wave before.

    Args:
        payload: `run`, and the number of the `wave` from 1.

    Answers `status` planned, finished if nothing is left to train, or rejected. Planning again
    writes the same.
    """
    run, number = payload["run"], int(payload["wave"])
    resolved = ResolvedRequest.from_json(store.get(layout.resolved_request_key(run)))
    manifest = Manifest.from_json(store.get(layout.manifest_key(run)))
    if manifest.status == "rejected":
        return _rejected(resolved, manifest.problems)
    try:
        dataset = plannable_dataset(resolved, manifest)
    except RequestError as error:
        return _rejected(resolved, error.problems)
    race = race_of(resolved, manifest, dataset)
    records = read_waves(run, store, sagemaker, before=number)
    past = _past(race, records)
    _write_outcome(run, past, store)
    # A first wave without jobs is a plan, too: the comparison lists why each candidate failed.
    wave = next_wave(race, past) or Wave(number, "final", is_last=True)
    tracked = _tracked_candidates(records)
    planned = plan_wave(resolved, manifest, dataset, settings, wave, tracked)
    if settings.use_experiments:
        planned = _tracked(planned, tracked, sagemaker)
    else:
        planned = without_experiment(planned)
    if planned.items or number == 1:
        _write(resolved, manifest, wave, planned, store)
    return _answer(resolved, wave, len(planned.items), store)


def _write(
    resolved: ResolvedRequest, manifest: Manifest, wave: Wave, planned: Plan, store: Store
) -> None:
    run = resolved.run
    store.put_all(
        {layout.config_key(run, item): config.to_json() for item, config in planned.configs.items()}
    )
    store.put(layout.plan_key(run, wave.number), plan_to_json(planned.items))
    if wave.number == 1:
        _estimate(resolved, manifest, store)


def _answer(resolved: ResolvedRequest, wave: Wave, num_jobs: int, store: Store) -> dict[str, Any]:
    return {
        "status": "planned" if num_jobs else "finished",
        "run": resolved.run,
        "name": resolved.name,
        "bucket": store.bucket,
        "wave": wave.number,
        "stage": wave.stage,
        "is_last": wave.is_last,
        "plan_key": layout.plan_key(resolved.run, wave.number),
        "max_parallel_jobs": resolved.compute.max_parallel_jobs,
        "num_jobs": num_jobs,
    }


def _past(race: Race, records: Sequence[WaveRecord]) -> list[PastWave]:
    """The waves so far. Each was planned from those before it, and is planned again here."""
    past: list[PastWave] = []
    for record in records:
        wave = next_wave(race, past) or Wave(record.number, "final")
        outcome = record.outcome or outcome_of(race, wave, record.results)
        past.append(PastWave(wave, record.results, outcome))
    return past


def _write_outcome(run: str, past: Sequence[PastWave], store: Store) -> None:
    outcome = past[-1].outcome if past else None
    if outcome is not None:
        store.put(layout.outcome_key(run, outcome.wave), outcome.to_json())


def _rejected(resolved: ResolvedRequest, problems: list[Problem]) -> dict[str, Any]:
    return {
        "status": "rejected",
        "run": resolved.run,
        "name": resolved.name,
        "problems": [problem.to_dict() for problem in problems],
    }


def _tracked_candidates(records: Sequence[WaveRecord]) -> set[str]:
    """Those that have a trial from an earlier wave."""
    return {
        item.candidate
        for record in records
        for item in record.items
        if "ExperimentConfig" in item.training_job
    }


def _tracked(planned: Plan, tracked: Collection[str], sagemaker: SageMaker) -> Plan:
    """Opens the experiment and its trials, but for those that earlier waves opened.

    Experiments only serve people who look at them, so a refusal costs the tracking, not the run.
    """
    new = {each: trial for each, trial in planned.trials.items() if each not in tracked}
    if not new:
        return planned
    try:
        sagemaker.create_experiment(planned.experiment)
        for candidate, trial in new.items():
            sagemaker.create_trial(trial, planned.experiment, candidate)
    except ServiceError as error:
        log.warning("the run goes on without SageMaker Experiments: %s", error)
        return without_experiment(planned)
    return planned


def _estimate(resolved: ResolvedRequest, manifest: Manifest, store: Store) -> None:
    """Adds the expected duration and cost of the jobs to the cost plan.

    The estimate only informs people, so a failure costs the estimate, not the run.
    """
    key = layout.cost_plan_key(resolved.run)
    try:
        content, card = store.find(key), store.find(layout.data_card_key(resolved.run))
        if content is None:
            return
        data_card = None if card is None else DataCard.from_json(card)
        work = workloads(resolved, manifest, data_card)
        plan = with_estimates(CostPlan.from_json(content), work, throughputs(_past_runs(store)))
        store.put(key, plan.to_json())
    except (BakeoffError, ValueError) as error:
        log.warning("the run goes on without an estimate: %s", error)


def _past_runs(store: Store) -> list[PastRun]:
    keys = store.newest_keys(layout.PAST_RUNS_PREFIX, MAX_PAST_RUNS)
    return read_past_runs(
        keys, lambda key: store.get(key, max_bytes=MAX_PAST_RUN_BYTES), log.warning
    )
