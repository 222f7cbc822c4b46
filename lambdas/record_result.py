"""RecordResult: what became of one training job, success or failure, as one object."""

import json
import logging
import os
from typing import Any

from bakeoff import layout
from bakeoff.errors import BrokenArchiveError, ObjectNotFoundError
from bakeoff.jobs.result import JobResult
from lambdas.aws import SageMaker, Store

METRICS_FILE = "metrics.json"
MAX_METRICS_BYTES = 8_000_000
PREDICTIONS_FILE = "predictions.npz"
MAX_PREDICTIONS_BYTES = 400_000_000
"""A million test rows with a hundred labels, uncompressed: what the function's memory takes."""

log = logging.getLogger("bakeoff")


def handler(payload: dict[str, Any], context: object) -> dict[str, Any]:
    return record_result(payload, Store.connect(os.environ["BUCKET"]), SageMaker.connect())


def record_result(payload: dict[str, Any], store: Store, sagemaker: SageMaker) -> dict[str, Any]:
    """Describes the job and stores its result under the plan item's `result_key`.

    The job is asked, not the payload's error: that one is cut off and does not say enough.
    """
    item = payload["item"]
    description = sagemaker.training_job(payload["job_name"])
    output = _output(description, store)
    result = JobResult.from_description(
        item,
        description,
        metrics=_metrics(output.get(METRICS_FILE)),
        attempt=int(payload["attempt"]),
        error=payload.get("error"),
    )
    if PREDICTIONS_FILE in output:
        # Beside the archive, so that Compare need not unpack what it has no use for.
        key = layout.predictions_key(item["run"], item["item"])
        store.put(key, output[PREDICTIONS_FILE], "application/octet-stream")
    store.put(item["result_key"], result.to_json())
    log.info("%s: %s %s", payload["job_name"], result.status, result.reason or "")
    return {}


def _output(description: dict[str, Any] | None, store: Store) -> dict[str, bytes]:
    """The files that a completed job left, as far as they are to be had."""
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


def _metrics(content: bytes | None) -> dict[str, Any] | None:
    """The job's metrics.json, None if it is not to be had: the result then says so."""
    if content is None:
        return None
    try:
        metrics = json.loads(content)
    except ValueError as error:
        log.warning("%s cannot be read: %s", METRICS_FILE, error)
        return None
    return metrics if isinstance(metrics, dict) else None
