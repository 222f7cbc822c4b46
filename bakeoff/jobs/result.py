"""The outcome of one training job."""

from typing import Any, Literal

from pydantic import Field

from bakeoff.documents import Document
from bakeoff.jobs.failure_reason import execution_failure, job_failure, limit_in_words
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.plan_item import PlannedJob
from bakeoff.jobs.screening_scores import ScreeningScore, ScreeningScores
from bakeoff.jobs.stage import Stage

SCHEMA_VERSION = 1

Status = Literal["completed", "failed", "stopped", "missing"]


class JobResult(Document):
    """A training job's outcome: its metrics, or why there are none."""

    schema_version: int = SCHEMA_VERSION
    item: str
    candidate: str
    seed: int
    job_name: str | None
    """None if no job was created."""
    status: Status
    reason: str | None
    """None if and only if the job is completed."""
    attempts: int
    metrics: JobMetrics | None
    """The job's metrics.json if it is completed, else None."""
    training_seconds: int | None = None
    billable_seconds: int | None = None
    instance_type: str | None = None
    model_artifact_uri: str | None = None
    output_uri: str | None = None
    stage: Stage = "final"
    wave: int = 1
    screening: list[ScreeningScore] = Field(default_factory=list)
    """Of a completed screening job, which has no metrics."""

    def scores(self, split: str) -> dict[str, float]:
        """The metrics on `split` that are finite numbers; empty if there are none."""
        return self.metrics.scores(split) if self.metrics else {}

    @classmethod
    def from_description(
        cls,
        planned: PlannedJob,
        description: dict[str, Any] | None,
        metrics: JobMetrics | None,
        attempt: int,
        error: dict[str, Any] | None,
        screening: ScreeningScores | None = None,
    ) -> "JobResult":
        """The result of a job as SageMaker describes it.

        Args:
            description: the answer of DescribeTrainingJob; None if there is no such job.
            metrics: the job's metrics.json; None if it could not be read.
            screening: the screening.json of a screening job, in place of metrics.
            error: {"Error", "Cause"} as the state machine caught it. The job's own description
                takes precedence.
        """
        if description is None:
            return cls.missing(planned, attempt, error)
        is_screening = planned.stage == "screening"
        lacks = screening is None if is_screening else metrics is None
        file = ScreeningScores.file_name if is_screening else JobMetrics.file_name
        status, reason = _outcome(description, file if lacks else None, error)
        artifacts = description.get("ModelArtifacts") or {}
        return cls(
            item=planned.item,
            candidate=planned.candidate,
            seed=planned.seed,
            job_name=description["TrainingJobName"],
            status=status,
            reason=reason,
            attempts=attempt,
            metrics=metrics if status == "completed" else None,
            training_seconds=description.get("TrainingTimeInSeconds"),
            billable_seconds=description.get("BillableTimeInSeconds"),
            instance_type=(description.get("ResourceConfig") or {}).get("InstanceType"),
            model_artifact_uri=artifacts.get("S3ModelArtifacts") or None,
            output_uri=_output_uri(description) if status == "completed" else None,
            stage=planned.stage,
            wave=planned.wave,
            screening=screening.scores if screening and status == "completed" else [],
        )

    @classmethod
    def missing(
        cls, planned: PlannedJob, attempt: int = 0, error: dict[str, Any] | None = None
    ) -> "JobResult":
        """The result of a planned job that was never created, or that left no record."""
        reason = (
            execution_failure(error)
            if error
            else "The job left no record: look at the execution's Map run in Step Functions."
        )
        return cls(
            item=planned.item,
            candidate=planned.candidate,
            seed=planned.seed,
            job_name=None,
            status="missing",
            reason=reason,
            attempts=attempt,
            metrics=None,
            stage=planned.stage,
            wave=planned.wave,
        )


def _outcome(
    description: dict[str, Any], lacks: str | None, error: dict[str, Any] | None
) -> tuple[Status, str | None]:
    """`lacks` is the file without which a job has not done its work."""
    status = description["TrainingJobStatus"]
    if status == "Completed":
        if lacks is not None:
            return "failed", (
                f"The job completed, but left no {lacks} that can be read in its "
                "output.tar.gz: look at the job's log."
            )
        return "completed", None
    if status == "Stopped":
        return "stopped", _why_stopped(description)
    if description.get("FailureReason"):
        method = (description.get("HyperParameters") or {}).get("method")
        return "failed", job_failure(description["FailureReason"], method)
    return "failed", execution_failure(error) if error else f"The job is still {status}."


def _why_stopped(description: dict[str, Any]) -> str:
    limits = description.get("StoppingCondition") or {}
    runtime = limit_in_words(limits, "MaxRuntimeInSeconds")
    wait = limit_in_words(limits, "MaxWaitTimeInSeconds")
    secondary = description.get("SecondaryStatus")
    if secondary == "MaxRuntimeExceeded":
        return (
            f"The job was stopped at its time limit, {runtime}: raise "
            "compute.max_runtime_seconds, train for fewer epochs, or take a faster instance type."
        )
    if secondary == "MaxWaitTimeExceeded":
        return (
            "The job was stopped after waiting for spot capacity for "
            f"{wait}: try later, take another instance type, or deploy with use_spot=false."
        )
    return "The job was stopped by hand."


def _output_uri(description: dict[str, Any]) -> str | None:
    folder = (description.get("OutputDataConfig") or {}).get("S3OutputPath")
    if not folder:
        return None
    return f"{folder.rstrip('/')}/{description['TrainingJobName']}/output/output.tar.gz"
