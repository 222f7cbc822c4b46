"""Every statement of every role, as text: `python -m tests.infra.policy_statements` writes
statements.txt. Review the difference: it is what the stack may newly do.
"""

import re
import tempfile
from pathlib import Path
from typing import Any

from tests.infra.conftest import Template, readable, synthesized

GOLDEN = Path(__file__).parent / "statements.txt"

POLICIES = (
    "AWS::IAM::Policy",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
)

_REGION = "eu-west-1:111122223333"
EVERYTHING: dict[str, Any] = {
    "alarm_email": "someone@example.com",
    "subnet_ids": ("subnet-1",),
    "security_group_ids": ("sg-1",),
    "readable_buckets": ("other-bucket",),
    "writable_buckets": ("answers-bucket",),
    "bedrock_models": ("amazon.nova-lite-v1:0", "us.amazon.nova-pro-v1:0=0.8/3.2"),
    "hub_token_secret_arn": f"arn:aws:secretsmanager:{_REGION}:secret:hub-AbCdEf",
    "kms": {
        "bucket": f"arn:aws:kms:{_REGION}:key/11111111-aaaa-4bbb-8ccc-000000000001",
        "volumes": f"arn:aws:kms:{_REGION}:key/11111111-aaaa-4bbb-8ccc-000000000002",
        "bootstrap": f"arn:aws:kms:{_REGION}:key/11111111-aaaa-4bbb-8ccc-000000000003",
    },
    "notifications": {
        "email": "someone@example.com",
        "topic_arn": f"arn:aws:sns:{_REGION}:ended",
    },
    "tracking": {
        "experiments": False,
        "mlflow_arn": f"arn:aws:sagemaker:{_REGION}:mlflow-app/app-ABCDEFGHIJKL",
    },
    "compare_memory_mb": 4096,
    "permissions_boundary_arn": "arn:aws:iam::111122223333:policy/boundary",
}
"""A value for every setting that adds resources, or changes roles and policies."""
VARIANTS: dict[str, dict[str, Any]] = {"default": {}, "with everything": EVERYTHING}
"""The settings of each part of statements.txt."""


def listing(template: Template) -> str:
    """One block per policy, one line per statement, without what changes with the code's hash."""
    blocks = []
    for name, resource in sorted(template["Resources"].items()):
        if resource["Type"] in POLICIES:
            statements = resource["Properties"]["PolicyDocument"]["Statement"]
        elif resource["Type"] == "AWS::IAM::Role":
            properties = resource["Properties"]
            assert not properties.get("ManagedPolicyArns")
            assert not properties.get("Policies")
            statements = properties["AssumeRolePolicyDocument"]["Statement"]
        else:
            continue
        lines = sorted(_line(statement) for statement in statements)
        blocks.append("\n".join([name, *(f"  {line}" for line in lines)]))
    return re.sub(r"/[0-9a-f]{64}\.gz", "/CODE.gz", "\n\n".join(blocks))


def written_down() -> dict[str, str]:
    """The parts of statements.txt."""
    parts = GOLDEN.read_text().removeprefix("== ").split("\n== ")
    return {name: text.strip() for name, text in (part.split(" ==\n", 1) for part in parts)}


def _line(statement: dict[str, Any]) -> str:
    parts = [
        statement["Effect"],
        readable(statement["Action"]),
        "on " + readable(statement["Resource"]) if "Resource" in statement else "",
        "by " + str(statement["Principal"]) if "Principal" in statement else "",
        "if " + str(statement["Condition"]) if "Condition" in statement else "",
    ]
    return " | ".join(part for part in parts if part)


def _write() -> None:
    parts = []
    for name, settings in VARIANTS.items():
        with tempfile.TemporaryDirectory() as folder:
            template = synthesized(Path(folder), **settings)
        parts.append(f"== {name} ==\n{listing(template)}\n")
    GOLDEN.write_text("\n".join(parts))


if __name__ == "__main__":
    _write()
