"""Reads the waves that a run has planned so far, with the results of their jobs."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bakeoff import layout
from bakeoff.jobs.plan_item import PlanItem, plan_from_json
from bakeoff.jobs.result import JobResult
from bakeoff.race.stage_outcome import StageOutcome
from lambdas.aws.sagemaker import SageMaker
from lambdas.aws.store import Store
from lambdas.job_record import record_lost_jobs

_PLAN = re.compile(r"/waves/([0-9]+)/plan[.]json$")


@dataclass(frozen=True)
class WaveRecord:
    """One wave as the bucket holds it."""

    number: int
    items: list[PlanItem]
    results: list[JobResult]
    """One for each item, in their order; `missing` where a job left no record."""
    outcome: StageOutcome | None
    """None if the next wave was not planned, and after waves of the final."""


def read_waves(
    run: str, store: Store, sagemaker: SageMaker, before: int | None = None
) -> list[WaveRecord]:
    """The waves in their order, or those before the wave `before`.

    Jobs that left an output but no record are recorded first. Raises StorageError if the bucket
    cannot be read, DocumentError if a document of it cannot.
    """
    there = set(store.keys(layout.waves_prefix(run)))
    numbers = sorted(int(match[1]) for match in filter(None, map(_PLAN.search, there)))
    plans = {number: layout.plan_key(run, number) for number in numbers}
    if not plans and before is None and store.exists(layout.earlier_plan_key(run)):
        plans = {1: layout.earlier_plan_key(run)}
    wanted = {number: key for number, key in plans.items() if before is None or number < before}
    items = {number: plan_from_json(store.get(key)) for number, key in wanted.items()}
    every = [item for plan in items.values() for item in plan]
    record_lost_jobs(run, every, store, sagemaker)
    results = _results(run, every, store)
    return [
        WaveRecord(
            number,
            plan,
            [results.get(item.item) or JobResult.missing(item) for item in plan],
            _outcome(run, number, there, store),
        )
        for number, plan in items.items()
    ]


def _results(run: str, items: Iterable[PlanItem], store: Store) -> dict[str, JobResult]:
    existing = set(store.keys(layout.results_of_run_prefix(run)))
    keys = [item.result_key for item in items if item.result_key in existing]
    found = map(JobResult.from_json, store.get_all(keys))
    return {result.item: result for result in found}


def _outcome(run: str, wave: int, there: Collection[str], store: Store) -> StageOutcome | None:
    key = layout.outcome_key(run, wave)
    return StageOutcome.from_json(store.get(key)) if key in there else None
