"""One item of plan.json: a training job that the state machine has yet to create."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bakeoff.documents import Document
from bakeoff.errors import DocumentError

MAX_QUOTA_ATTEMPTS = 1_000
"""Three and a half days at five minutes each: another run may use the quota for that long."""
MAX_FAILED_ATTEMPTS = 20


class PlannedJob(Document):
    """Which training job it is: the part of a plan item that RecordResult receives."""

    item: str
    """The job's key within the run: candidate and seed."""
    candidate: str
    seed: int
    run: str
    bucket: str
    result_key: str
    """The S3 key under which RecordResult stores the job's result."""


class PlanItem(PlannedJob):
    """Everything that one execution of the state machine's Map needs; its states read these
    members by name."""

    base_job_name: str
    """The job's name without the number of the attempt."""
    training_job: dict[str, Any]
    """The CreateTrainingJob request without TrainingJobName."""
    max_quota_attempts: int = MAX_QUOTA_ATTEMPTS
    """Attempts while the account's quota is in use."""
    max_failed_attempts: int = MAX_FAILED_ATTEMPTS
    """Attempts after lack of capacity, throttling or an internal error of SageMaker."""


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
