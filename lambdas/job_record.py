"""The record of one training job, from SageMaker's description and what the job left in S3."""

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from bakeoff import layout
from bakeoff.errors import BrokenArchiveError, DocumentError, ObjectNotFoundError
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.plan_item import PlanItem, PlannedJob
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.screening_scores import ScreeningScores
from bakeoff.jobs.stage import Stage
from lambdas.aws.sagemaker import SageMaker
from lambdas.aws.store import Store

MAX_METRICS_BYTES = 8_000_000
MAX_SCREENING_BYTES = 1_000_000
PREDICTIONS_FILE = "predictions.npz"
MAX_PREDICTIONS_BYTES = 400_000_000
"""A million test rows with a hundred labels, uncompressed: as much as fits into the function's
memory."""
LABEL_PROBABILITIES_FILE = "label_probabilities.npz"
"""Of linear models alone."""
MAX_LABEL_PROBABILITIES_BYTES = 60_000_000

PREDICTION_TABLE_FILE = "predictions.parquet"

_METRICS = {JobMetrics.file_name: MAX_METRICS_BYTES}
# What a job of each stage leaves, and its largest size that is read.
_FILES: Mapping[Stage, Mapping[str, int]] = {
    "screening": {ScreeningScores.file_name: MAX_SCREENING_BYTES},
    "rung": _METRICS,
    "final": {
        **_METRICS,
        PREDICTIONS_FILE: MAX_PREDICTIONS_BYTES,
        LABEL_PROBABILITIES_FILE: MAX_LABEL_PROBABILITIES_BYTES,
    },
    "curve": {**_METRICS, PREDICTIONS_FILE: MAX_PREDICTIONS_BYTES},
}
_STORED_ALONE: Mapping[str, Callable[[str, str], str]] = {
    PREDICTIONS_FILE: layout.predictions_key,
    LABEL_PROBABILITIES_FILE: layout.label_probabilities_key,
}

_BYTES = "application/octet-stream"

log = logging.getLogger("bakeoff")

_D = TypeVar("_D", JobMetrics, ScreeningScores)


def record_job(
    planned: PlannedJob,
    description: dict[str, Any] | None,
    attempt: int,
    error: dict[str, Any] | None,
    store: Store,
) -> JobResult:
    """Stores the job's result under the plan item's `result_key`, and its predictions.

    Args:
        description: SageMaker's; it takes precedence over `error`, which Step Functions may have
            cut off.
    """
    output = _output(description, store, _FILES[planned.stage])
    result = JobResult.from_description(
        planned,
        description,
        metrics=_read(JobMetrics, output),
        attempt=attempt,
        error=error,
        screening=_read(ScreeningScores, output),
    )
    has_table = PREDICTIONS_FILE in output and planned.stage == "final"
    # Stored on their own, so that Compare does not have to unpack the whole archive.
    for file, key_of in _STORED_ALONE.items():
        if file in output:
            store.put(key_of(planned.run, planned.item), output.pop(file), _BYTES)
    if has_table:
        # Read apart, as memory may not suffice for all at once.
        table = _output(description, store, {PREDICTION_TABLE_FILE: MAX_PREDICTIONS_BYTES})
        if PREDICTION_TABLE_FILE in table:
            key = layout.prediction_table_key(planned.run, planned.item)
            store.put(key, table[PREDICTION_TABLE_FILE], _BYTES)
    store.put(planned.result_key, result.to_json())
    return result


def record_lost_jobs(
    run: str, items: Sequence[PlanItem], store: Store, sagemaker: SageMaker
) -> None:
    """Records the jobs that left an output but no record, as RecordResult may have failed."""
    recorded = set(store.keys(layout.results_of_run_prefix(run)))
    lost = [item for item in items if item.result_key not in recorded]
    if not lost:
        return
    attempts = _attempts_with_output(store.keys(layout.output_prefix(run)))
    for item in lost:
        attempt = attempts.get(item.base_job_name)
        if attempt is not None:
            job = f"{item.base_job_name}-{attempt}"
            log.warning("%s left no record, and is recorded from its output", job)
            record_job(item, sagemaker.training_job(job), attempt, None, store)


_OUTPUT = re.compile(r"/(?P<base>[^/]+)-(?P<attempt>[0-9]+)/output/output[.]tar[.]gz$")


def _attempts_with_output(keys: Iterable[str]) -> Mapping[str, int]:
    """The last attempt of each job that left an output, by the job's name without the attempt."""
    found: dict[str, int] = {}
    for match in filter(None, map(_OUTPUT.search, keys)):
        base, attempt = match["base"], int(match["attempt"])
        found[base] = max(attempt, found.get(base, 0))
    return found


def _output(
    description: dict[str, Any] | None, store: Store, wanted: Mapping[str, int]
) -> dict[str, bytes]:
    """The files that a completed job left; without those that cannot be read."""
    if description is None or description["TrainingJobStatus"] != "Completed":
        return {}
    folder = description["OutputDataConfig"]["S3OutputPath"].rstrip("/")
    prefix = folder.removeprefix(f"s3://{store.bucket}/")
    key = f"{prefix}/{description['TrainingJobName']}/output/output.tar.gz"
    try:
        files = store.members(key, wanted)
    except (ObjectNotFoundError, BrokenArchiveError) as error:
        log.warning("no output of %s: %s", description["TrainingJobName"], error)
        return {}
    for name in wanted.keys() - files.keys() - {LABEL_PROBABILITIES_FILE}:
        log.warning("%s left no %s, or a larger one than is read", key, name)
    return files


def _read(document: type[_D], files: Mapping[str, bytes]) -> _D | None:
    """None if it is missing or cannot be read, which the result then reports."""
    content = files.get(document.file_name)
    try:
        return None if content is None else document.from_json(content)
    except DocumentError as error:
        log.warning("%s cannot be read: %s", document.file_name, error)
        return None
