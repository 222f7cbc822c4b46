"""PlanTraining: turns request and manifest into the training jobs, and opens their experiment."""

import logging
import os
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
from bakeoff.jobs.plan import Plan, plan_training, without_experiment
from bakeoff.jobs.plan_item import plan_to_json
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Manifest
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.settings import ServiceSettings
from lambdas.aws import SageMaker, Store

log = logging.getLogger("bakeoff")


def handler(payload: dict[str, Any], context: object) -> dict[str, Any]:
    settings = ServiceSettings.from_environment(os.environ)
    return plan(payload, Store.connect(settings.bucket), SageMaker.connect(), settings)


def plan(
    payload: dict[str, Any], store: Store, sagemaker: SageMaker, settings: ServiceSettings
) -> dict[str, Any]:
    """Writes plan.json and each job's configuration. Answers `status` planned or rejected."""
    run = payload["run"]
    resolved = ResolvedRequest.from_json(store.get(layout.resolved_request_key(run)))
    manifest = Manifest.from_json(store.get(layout.manifest_key(run)))
    if manifest.status == "rejected":
        return _rejected(resolved, manifest.problems)
    try:
        complete = plan_training(resolved, manifest, settings)
    except RequestError as error:
        return _rejected(resolved, error.problems)
    planned = (
        _tracked(complete, sagemaker) if settings.use_experiments else without_experiment(complete)
    )
    store.put_all(
        {layout.config_key(run, item): config.to_json() for item, config in planned.configs.items()}
    )
    store.put(layout.plan_key(run), plan_to_json(planned.items))
    _estimate(resolved, manifest, planned, store)
    return {
        "status": "planned",
        "run": run,
        "name": resolved.name,
        "bucket": store.bucket,
        "plan_key": layout.plan_key(run),
        "max_parallel_jobs": resolved.compute.max_parallel_jobs,
        "num_jobs": len(planned.items),
    }


def _rejected(resolved: ResolvedRequest, problems: list[Problem]) -> dict[str, Any]:
    return {
        "status": "rejected",
        "run": resolved.run,
        "name": resolved.name,
        "problems": [problem.to_dict() for problem in problems],
    }


def _tracked(planned: Plan, sagemaker: SageMaker) -> Plan:
    """Opens the experiment and its trials.

    Experiments only serve people who look at them, so a refusal costs the tracking, not the run.
    """
    if not planned.items:
        return planned
    try:
        sagemaker.create_experiment(planned.experiment)
        for candidate, trial in planned.trials.items():
            sagemaker.create_trial(trial, planned.experiment, candidate)
    except ServiceError as error:
        log.warning("the run goes on without SageMaker Experiments: %s", error)
        return without_experiment(planned)
    return planned


def _estimate(resolved: ResolvedRequest, manifest: Manifest, planned: Plan, store: Store) -> None:
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
