"""Compares again, without training, what a run left in the bucket."""

from dataclasses import dataclass
from typing import Any

from bakeoff import layout
from bakeoff.client.cloud import Cloud
from bakeoff.client.runs import newest_run
from bakeoff.errors import FunctionFailedError, ServiceError
from bakeoff.request.resolved import RequestName


@dataclass(frozen=True)
class PlannedRun:
    """A run that has ended, with a plan of its jobs."""

    run: str
    name: str
    execution_arn: str


def planned_run(cloud: Cloud, text: str) -> PlannedRun:
    """The run with this id, or else the newest one of the request called so.

    Raises ServiceError, which says what to do, if there is none, if it has not ended, or if it
    ended before its jobs were planned.
    """
    claim = cloud.read_json(layout.claim_key(text))
    if claim is not None:
        return _planned(cloud, text, claim)
    try:
        run = newest_run(cloud, text).run
    except ServiceError as error:
        raise ServiceError(f"{error} Nor does the bucket hold a run with this id.") from error
    claim = cloud.read_json(layout.claim_key(run))
    if claim is None:
        raise ServiceError(_without_plan(cloud, run))
    return _planned(cloud, run, claim)


def compare_again(cloud: Cloud, found: PlannedRun) -> str | None:
    """Has the service compare the run again, and waits for it.

    As in a run, a comparison that fails is made once more without its statistics, which take most
    of its memory and time. Returns why it has none, or None if it has them.

    Raises ServiceError if it fails all the same.
    """
    payload: dict[str, Any] = {
        "run": found.run,
        "name": found.name,
        "bucket": cloud.deployment.bucket,
        "execution_arn": found.execution_arn,
    }
    try:
        cloud.call_compare(payload)
        return None
    except FunctionFailedError as error:
        reason = str(error)
    try:
        cloud.call_compare({**payload, "statistics": False})
    except FunctionFailedError as error:
        raise ServiceError(f"Run {found.run} could not be compared. {error}") from error
    return reason


def _planned(cloud: Cloud, run: str, claim: dict[str, Any]) -> PlannedRun:
    arn = claim["execution_arn"]
    if cloud.is_running(arn):
        raise ServiceError(
            f"Run {run} has not ended: wait for its own comparison, or stop it with "
            f"`bakeoff stop {run}`."
        )
    request = cloud.read(layout.resolved_request_key(run))
    if request is None or not _has_plan(cloud, run):
        raise ServiceError(_without_plan(cloud, run))
    return PlannedRun(run, RequestName.from_json(request).name, arn)


def _has_plan(cloud: Cloud, run: str) -> bool:
    plans = (layout.plan_key(run, 1), layout.earlier_plan_key(run))
    return any(cloud.list_objects(key) for key in plans)


def _without_plan(cloud: Cloud, run: str) -> str:
    days = cloud.deployment.run_retention_days
    kept = "for a limited time" if days is None else f"for {days} days"
    return (
        f"Run {run} left nothing to compare: it ended before its jobs were planned, or its files, "
        f"which are kept {kept}, have expired. `bakeoff status` lists the ids of recent runs."
    )
