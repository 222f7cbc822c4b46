"""IAM statements in one line each. Wildcard actions are deliberately impossible."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam


def allow(
    actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, Any] | None = None
) -> iam.PolicyStatement:
    """Raises ValueError for an action with a wildcard."""
    if any("*" in action for action in actions):
        raise ValueError(f"an action with a wildcard: {list(actions)}")
    return iam.PolicyStatement(
        actions=list(actions), resources=list(resources), conditions=dict(conditions or {})
    )
