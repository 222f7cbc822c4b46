"""One item of plan.json: a training job that the state machine has yet to create."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from bakeoff.documents import Document
from bakeoff.errors import DocumentError
from bakeoff.jobs.stage import Stage

MAX_QUOTA_ATTEMPTS = 1_000
"""More than a day of waits that grow to three minutes; an execution's history has no room for more
events."""
MAX_THROTTLED_ATTEMPTS = 300
"""Half a day at five minutes each: a thousand jobs may start at once."""
MAX_FAILED_ATTEMPTS = 20
MAX_INTERNAL_ERRORS = 3
"""What fails again and again is no accident, and AWS bills each attempt."""


class PlannedJob(Document):
    """Which training job it is: the part of a plan item that RecordResult receives."""

    item: str
    """The job's key within the run: candidate, seed and rung, or the number of a screening job."""
    candidate: str
    """Of a screening job, which has several, its item."""
    seed: int
    run: str
    bucket: str
    result_key: str
    """The S3 key under which RecordResult stores the job's result."""
    stage: Stage = "final"
    wave: int = 1
    """From 1."""


class PlanItem(PlannedJob):
    """Everything that one execution of the state machine's Map needs; its states read these
    members by name."""

    base_job_name: str
    """The job's name without the number of the attempt."""
    training_job: dict[str, Any]
    """The CreateTrainingJob request without TrainingJobName."""
    fallbacks: list[dict[str, Any]] = Field(default_factory=list)
    """Members of `training_job` to replace, in turn, where it finds no capacity or has no quota:
    instances on demand instead of spot, and other instance types."""
    max_quota_attempts: int = MAX_QUOTA_ATTEMPTS
    """Attempts while the account's quota is in use."""
    max_throttled_attempts: int = MAX_THROTTLED_ATTEMPTS
    """Attempts after SageMaker has refused calls because there were too many."""
    max_failed_attempts: int = MAX_FAILED_ATTEMPTS
    """Attempts after lack of capacity."""
    max_internal_errors: int = MAX_INTERNAL_ERRORS
    """Attempts after internal errors of SageMaker."""


_PLAN = TypeAdapter(list[PlanItem])


def plan_to_json(items: Sequence[PlanItem]) -> bytes:
    """The content of plan.json."""
    return _PLAN.dump_json(list(items), indent=1)


def plan_from_json(content: bytes) -> list[PlanItem]:
    """Raises DocumentError if the content is not what `plan_to_json` writes."""
    try:
        return _PLAN.validate_json(content)
    except ValidationError as error:
        raise DocumentError(f"plan.json is not a list of plan items: {error}") from error
