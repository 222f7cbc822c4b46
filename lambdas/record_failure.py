"""RecordFailure: writes error.json when an execution ends without a comparison.

The state machine calls it for errors that it can catch. An EventBridge rule on the execution's
status calls it for the others: a timeout, an abort, an error of the state machine itself. Of those
it also sends the event that the state machine no longer can.
"""

import json
import logging
import os
from collections.abc import Callable
from typing import Any

from bakeoff import layout
from bakeoff.comparison.supersedes import is_newest
from bakeoff.errors import AlreadyExistsError, ExecutionInputError, ObjectNotFoundError
from bakeoff.jobs.error_document import error_document
from bakeoff.request.resolved import RequestName
from bakeoff.request.upload import RequestEvent
from bakeoff.result_files import ERROR, RUN
from lambdas.aws.event_bus import EventBus
from lambdas.aws.store import Store

STATUS_CHANGE = "Step Functions Execution Status Change"

log = logging.getLogger("bakeoff")


def handler(payload: dict[str, Any], context: object) -> dict[str, Any]:
    return record_failure(
        payload, Store.connect(os.environ["BUCKET"]), EventBus.connect().announce_failure
    )


def record_failure(
    payload: dict[str, Any], store: Store, announce: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Write the run's error.json once.

    Args:
        announce: sends the detail of the event "Comparison Failed".

    Returns the run and the name of its results; both are None if there is nothing to record.
    """
    is_status_change = payload.get("detail-type") == STATUS_CHANGE
    if is_status_change:
        payload = _from_status_change(payload["detail"])
    execution_arn = payload["execution_arn"]
    try:
        event = RequestEvent.from_event(payload["event"])
    except ExecutionInputError as error:
        log.error("execution %s was not started by a request: %s", execution_arn, error)
        return {"run": None, "name": None}
    if not event.is_request or not _may_record(store, event.run, execution_arn):
        log.info("nothing to record for %s by %s", event.key, execution_arn)
        return {"run": None, "name": None}
    name = _results_name(store, event)
    document = error_document(
        event, execution_arn, name, payload.get("problems") or [], payload.get("error")
    )
    recorded = {"run": event.run, "name": name}
    is_first = _write_once(store, name, event, json.dumps(document, indent=1).encode())
    if is_first and is_status_change:
        ended = payload["error"]
        announce(
            {
                **recorded,
                "execution_arn": execution_arn,
                "error": ended["Error"],
                "cause": ended["Cause"],
            }
        )
    return recorded


def _from_status_change(detail: dict[str, Any]) -> dict[str, Any]:
    """The event holds the execution's input as text, or omits it if it is too large."""
    try:
        event = json.loads(detail.get("input") or "null")
    except ValueError:
        event = None
    status = detail["status"]
    error = {
        "Error": detail.get("error") or f"Execution.{status}",
        "Cause": detail.get("cause") or f"The execution ended as {status}.",
    }
    return {"event": event, "execution_arn": detail["executionArn"], "error": error}


def _may_record(store: Store, run: str, execution_arn: str) -> bool:
    """Whether this execution owns the run: a duplicate must not record a failure for it."""
    try:
        claim = json.loads(store.get(layout.claim_key(run)))
    except ObjectNotFoundError:
        return True
    return bool(claim["execution_arn"] == execution_arn)


def _results_name(store: Store, event: RequestEvent) -> str:
    try:
        content = store.get(layout.resolved_request_key(event.run))
    except ObjectNotFoundError:
        return event.results_name
    return RequestName.from_json(content).name


def _write_once(store: Store, name: str, event: RequestEvent, document: bytes) -> bool:
    """Whether this was the first report of a run without a comparison: the state machine and the
    rule may both report a failure, and the first one is kept."""
    archived = layout.archived_key(name, event.run, ERROR)
    compared = layout.archived_key(name, event.run, RUN)
    if store.exists(archived) or store.exists(compared):
        return False
    # The newest first: if the call is cut off between the two, its retry writes both.
    published = (layout.latest_key(name, file) for file in (RUN, ERROR))
    if is_newest(event.time, map(store.find, published)):
        store.put(layout.latest_key(name, ERROR), document)
    try:
        store.put_if_absent(archived, document)
    except AlreadyExistsError:
        log.info("the failure of run %s was recorded meanwhile", event.run)
        return False
    return True
