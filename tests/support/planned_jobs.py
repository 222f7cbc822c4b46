"""Planned jobs as they are sent to SageMaker."""

from typing import Any

from bakeoff.jobs.plan import Plan
from bakeoff.jobs.plan_item import PlanItem


def create_requests(plan: Plan) -> list[dict[str, Any]]:
    """The requests as the state machine sends them, with the name of the last attempt."""
    return [
        item.training_job | {"TrainingJobName": f"{item.base_job_name}-{_longest_attempt(item)}"}
        for item in plan.items
    ]


def _longest_attempt(item: PlanItem) -> int:
    return item.max_quota_attempts + item.max_failed_attempts
