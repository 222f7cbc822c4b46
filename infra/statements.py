"""IAM statements in one line each. Wildcard actions are deliberately impossible."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam

_THROUGH_S3 = {"StringLike": {"kms:ViaService": "s3.*"}}


def allow(
    actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, Any] | None = None
) -> iam.PolicyStatement:
    """Raises ValueError for an action with a wildcard."""
    if any("*" in action for action in actions):
        raise ValueError(f"an action with a wildcard: {list(actions)}")
    return iam.PolicyStatement(
        actions=list(actions), resources=list(resources), conditions=dict(conditions or {})
    )


def use_objects_under(key_arn: str, *, write: bool = False) -> list[iam.PolicyStatement]:
    """What reading, or reading and writing, objects takes that S3 encrypts with a KMS key.

    None for a bucket without one.
    """
    if not key_arn:
        return []
    actions = ["kms:Decrypt", "kms:GenerateDataKey"] if write else ["kms:Decrypt"]
    return [allow(actions, [key_arn], _THROUGH_S3)]
