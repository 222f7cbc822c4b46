"""A finished training job as a run of MLflow: parameters, metrics for each epoch, tags."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bakeoff import layout
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.plan_item import PlannedJob
from bakeoff.jobs.result import JobResult
from bakeoff.result_files import REPORT

RUN_TAG, ITEM_TAG = "bakeoff.run", "bakeoff.item"
"""Together they identify a job: recording it again changes its run in MLflow."""

_STATUSES = {"completed": "FINISHED", "stopped": "KILLED"}
# MLflow's limits, in characters, of the oldest version that SageMaker still manages.
_MAX_PARAMETER = 500
_MAX_TAG = 5000
# SageMaker's own hyperparameters say how its toolkit starts the script.
_TOOLKIT = "sagemaker_"
_ABOUT_THE_JOB = ("num_parameters", "model_bytes", "train_peak_bytes", "train_rows_per_second")
_ABOUT_INFERENCE = ("latency_p50_seconds", "rows_per_second_batch_32", "peak_bytes")


@dataclass(frozen=True)
class MlflowMetric:
    """One value of a metric; `step` is the epoch."""

    key: str
    value: float
    step: int


@dataclass(frozen=True)
class MlflowRun:
    """What MLflow is told of one training job; times are in milliseconds since 1970."""

    experiment: str
    name: str
    status: str
    """FINISHED, FAILED or KILLED."""
    started_ms: int
    ended_ms: int
    parameters: Mapping[str, str]
    metrics: tuple[MlflowMetric, ...]
    tags: Mapping[str, str]


def mlflow_run(
    planned: PlannedJob,
    result: JobResult,
    description: Mapping[str, Any] | None,
    *,
    project: str,
    name: str,
    now: datetime,
) -> MlflowRun:
    """The run of a job that has ended.

    Args:
        description: SageMaker's own; None if no job was created.
        project: the deployment; its experiments are called PROJECT/NAME.
        name: of the results.
        now: the time of a job that never started.
    """
    described = description or {}
    started = described.get("TrainingStartTime") or described.get("CreationTime") or now
    ended = described.get("TrainingEndTime") or described.get("LastModifiedTime") or started
    return MlflowRun(
        experiment=f"{project}/{name}",
        name=planned.item,
        status=_STATUSES.get(result.status, "FAILED"),
        started_ms=_milliseconds(started),
        ended_ms=_milliseconds(ended),
        parameters=_parameters(described, result.metrics),
        metrics=tuple(_metrics(result)),
        tags=_tags(planned, result, name),
    )


def _parameters(described: Mapping[str, Any], metrics: JobMetrics | None) -> dict[str, str]:
    given = {
        key: value
        for key, value in (described.get("HyperParameters") or {}).items()
        if not key.startswith(_TOOLKIT)
    }
    chosen = {f"chosen.{key}": value for key, value in (metrics.chosen if metrics else {}).items()}
    return {key: str(value)[:_MAX_PARAMETER] for key, value in {**given, **chosen}.items()}


def _metrics(result: JobResult) -> Iterator[MlflowMetric]:
    times = {
        "training_seconds": result.training_seconds,
        "billable_seconds": result.billable_seconds,
    }
    yield from _finite(times, step=0)
    metrics = result.metrics
    if metrics is None:
        return
    for epoch in metrics.history:
        yield from _finite(
            {_name_in_history(key): value for key, value in epoch.items() if key != "epoch"},
            step=round(epoch.get("epoch") or 0),
        )
    best = round(metrics.best_epoch or 0)
    yield from _finite({f"test/{key}": v for key, v in metrics.scores("test").items()}, step=best)
    yield from _finite({key: getattr(metrics, key) for key in _ABOUT_THE_JOB}, step=best)
    if metrics.inference is not None:
        measured = {f"inference/{key}": getattr(metrics.inference, key) for key in _ABOUT_INFERENCE}
        yield from _finite(measured, step=best)


def _name_in_history(key: str) -> str:
    own = {"train_loss": "train/loss", "learning_rate": key, "seconds": "train/seconds"}
    return own.get(key, f"validation/{key}")


def _finite(values: Mapping[str, float | None], step: int) -> Iterator[MlflowMetric]:
    for key, value in values.items():
        if value is not None and math.isfinite(value):
            yield MlflowMetric(key, value, step)


def _tags(planned: PlannedJob, result: JobResult, name: str) -> dict[str, str]:
    report = layout.archived_key(name, planned.run, REPORT)
    console = f"https://console.aws.amazon.com/s3/object/{planned.bucket}?prefix={report}"
    tags = {
        RUN_TAG: planned.run,
        ITEM_TAG: planned.item,
        "bakeoff.candidate": planned.candidate,
        "bakeoff.seed": str(planned.seed),
        "bakeoff.status": result.status,
        "bakeoff.reason": result.reason,
        "bakeoff.training_job": result.job_name,
        "bakeoff.model": result.model_artifact_uri,
        "bakeoff.report": layout.s3_uri(planned.bucket, report),
        # MLflow shows it as the run's description.
        "mlflow.note.content": f"[The report]({console}) is written once all jobs have ended.",
    }
    return {key: value[:_MAX_TAG] for key, value in tags.items() if value}


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)
