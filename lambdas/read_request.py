"""ReadRequest: claims the run, reads and checks the request, and plans its preparation."""

import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bakeoff import layout
from bakeoff.cost.affordable_race import best_race, left_to_budget
from bakeoff.cost.budget import budget_problem
from bakeoff.cost.price_list import prices
from bakeoff.cost.token_prices import token_prices
from bakeoff.cost.upper_bound import needed_instances
from bakeoff.errors import AlreadyExistsError, ObjectNotFoundError, Problem, RequestError
from bakeoff.hosted_models import allowed_models
from bakeoff.jobs.processing_job import processing_job
from bakeoff.quoting import printable
from bakeoff.request.resolved import resolve
from bakeoff.request.schema import MAX_REQUEST_BYTES, Request, parse_request
from bakeoff.request.upload import RequestEvent
from bakeoff.settings import ServiceSettings
from lambdas.aws.price_list import PriceList
from lambdas.aws.store import Store

log = logging.getLogger("bakeoff")


def handler(payload: dict[str, Any], context: object) -> dict[str, Any]:
    settings = ServiceSettings.from_environment(os.environ)
    return read_request(
        payload,
        Store.connect(settings.bucket),
        Store.connect(settings.code_bucket),
        settings,
        PriceList.connect(settings.aws_region),
        lambda: datetime.now(UTC),
    )


def read_request(
    payload: dict[str, Any],
    store: Store,
    code: Store,
    settings: ServiceSettings,
    price_list: PriceList,
    now: Callable[[], datetime],
) -> dict[str, Any]:
    """Returns the state machine's next input; `status` is ignored, duplicate, rejected or accepted.

    Args:
        payload: the S3 `event` and the `execution_arn`.
        code: the bucket with the deployment's training code.

    Raises ExecutionInputError for an event that S3 did not send.
    """
    event = RequestEvent.from_event(payload["event"])
    if not event.is_request:
        log.info("ignored: %s is not a request", event.key)
        return {"status": "ignored"}
    if not _claim(store, event, payload["execution_arn"]):
        log.info("duplicate: run %s has an execution already", event.run)
        return {"status": "duplicate", "run": event.run}
    try:
        request = _request(event, store)
        asked = resolve(request, event.run, settings)
        found = prices(needed_instances(asked), price_list.products, log.warning)
        of_tokens = token_prices(
            asked, allowed_models(settings.bedrock_models), price_list.token_products, log.warning
        )
        priced_at = now().isoformat(timespec="seconds")
        resolved, planned_costs = best_race(
            asked, left_to_budget(request), found, priced_at, of_tokens
        )
        problem = budget_problem(resolved, planned_costs)
        if problem is not None:
            raise RequestError([problem])
    except RequestError as error:
        return {
            "status": "rejected",
            "run": event.run,
            "name": event.results_name,
            "problems": [problem.to_dict() for problem in error.problems],
        }
    store.put(layout.resolved_request_key(event.run), resolved.to_json())
    store.put(layout.cost_plan_key(event.run), planned_costs.to_json())
    # A later deployment does not change the code of this run.
    store.put(layout.code_archive_key(event.run), code.get(settings.code_key), "application/gzip")
    return {
        "status": "accepted",
        "run": event.run,
        "name": resolved.name,
        "bucket": store.bucket,
        "chosen": planned_costs.chosen,
        "searches": resolved.searches,
        "processing_job": processing_job(resolved, settings),
    }


def _claim(store: Store, event: RequestEvent, execution_arn: str) -> bool:
    """Whether this execution may carry out the run; one execution may, however often it asks."""
    claim_key = layout.claim_key(event.run)
    claim = {
        "execution_arn": execution_arn,
        "request_key": event.key,
        "requested_at": event.time,
    }
    try:
        store.put_if_absent(claim_key, json.dumps(claim).encode())
    except AlreadyExistsError:
        owner = json.loads(store.get(claim_key))["execution_arn"]
        return bool(owner == execution_arn)
    return True


def _request(event: RequestEvent, store: Store) -> Request:
    try:
        # One byte over the limit is enough to see that the request is too large.
        content = store.get(event.key, version_id=event.version_id, max_bytes=MAX_REQUEST_BYTES + 1)
    except ObjectNotFoundError as error:
        problem = Problem(
            field="request",
            problem=f"{printable(event.key)} was deleted before it could be read.",
            remedy="Upload the request again.",
        )
        raise RequestError([problem]) from error
    return parse_request(content, file_name=event.key)
