"""RecordResult: stores the outcome of one training job, success or failure, as one object."""

import logging
import os
from typing import Any

from bakeoff import layout
from bakeoff.errors import BrokenArchiveError, DocumentError, ObjectNotFoundError
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.plan_item import PlannedJob
from bakeoff.jobs.result import JobResult
from lambdas.aws import SageMaker, Store
from lambdas.tracking import Track, no_tracking, tracking

METRICS_FILE = "metrics.json"
MAX_METRICS_BYTES = 8_000_000
PREDICTIONS_FILE = "predictions.npz"
MAX_PREDICTIONS_BYTES = 400_000_000
"""A million test rows with a hundred labels, uncompressed: as much as fits into the function's
memory."""

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
    output = _output(description, store)
    result = JobResult.from_description(
        planned,
        description,
        metrics=_metrics(output.get(METRICS_FILE)),
        attempt=int(payload["attempt"]),
        error=payload.get("error"),
    )
    if PREDICTIONS_FILE in output:
        # Stored on its own, so that Compare does not have to unpack the whole archive.
        key = layout.predictions_key(planned.run, planned.item)
        store.put(key, output[PREDICTIONS_FILE], "application/octet-stream")
    store.put(planned.result_key, result.to_json())
    log.info("%s: %s %s", payload["job_name"], result.status, result.reason or "")
    track(planned, result, description)
    return {}


def _output(description: dict[str, Any] | None, store: Store) -> dict[str, bytes]:
    """The files that a completed job left; without those that cannot be read."""
    if description is None or description["TrainingJobStatus"] != "Completed":
        return {}
    folder = description["OutputDataConfig"]["S3OutputPath"].rstrip("/")
    prefix = folder.removeprefix(f"s3://{store.bucket}/")
    key = f"{prefix}/{description['TrainingJobName']}/output/output.tar.gz"
    wanted = {METRICS_FILE: MAX_METRICS_BYTES, PREDICTIONS_FILE: MAX_PREDICTIONS_BYTES}
    try:
        files = store.members(key, wanted)
    except (ObjectNotFoundError, BrokenArchiveError) as error:
        log.warning("no output of %s: %s", description["TrainingJobName"], error)
        return {}
    for name in wanted.keys() - files.keys():
        log.warning("%s left no %s, or a larger one than is read", key, name)
    return files


def _metrics(content: bytes | None) -> JobMetrics | None:
    """The job's metrics.json; None if it cannot be read, which the result then reports."""
    if content is None:
        return None
    try:
        return JobMetrics.from_json(content)
    except DocumentError as error:
        log.warning("%s cannot be read: %s", METRICS_FILE, error)
        return None
