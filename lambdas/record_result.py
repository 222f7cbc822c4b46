"""RecordResult: stores the outcome of one training job, success or failure, as one object."""

import logging
import os
from typing import Any

from bakeoff.jobs.plan_item import PlannedJob
from lambdas.aws.sagemaker import SageMaker
from lambdas.aws.store import Store
from lambdas.job_record import record_job
from lambdas.tracking import Track, no_tracking, tracking

log = logging.getLogger("bakeoff")


def handler(payload: dict[str, Any], context: object) -> dict[str, Any]:
    store = Store.connect(os.environ["BUCKET"])
    return record_result(payload, store, SageMaker.connect(), tracking(os.environ, store))


def record_result(
    payload: dict[str, Any], store: Store, sagemaker: SageMaker, track: Track = no_tracking
) -> dict[str, Any]:
    """Describes the job and stores its result under the plan item's `result_key`.

    SageMaker's description of the job takes precedence over the payload's error, which Step
    Functions may have cut off.
    """
    planned = PlannedJob.from_object(payload["item"])
    description = sagemaker.training_job(payload["job_name"])
    attempt, error = int(payload["attempt"]), payload.get("error")
    result = record_job(planned, description, attempt, error, store)
    log.info("%s: %s %s", payload["job_name"], result.status, result.reason or "")
    track(planned, result, description)
    return {}
