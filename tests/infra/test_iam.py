"""Every statement of every role, held word by word in statements.txt."""

import re
from pathlib import Path

import pytest

from infra.statements import allow
from tests.infra.conftest import readable

GOLDEN = Path(__file__).parent / "statements.txt"

POLICIES = (
    "AWS::IAM::Policy",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
)

EVERYTHING = {
    "alarm_email": "someone@example.com",
    "subnet_ids": ("subnet-1",),
    "security_group_ids": ("sg-1",),
    "readable_buckets": ("other-bucket",),
    "hub_token_secret_arn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf",
}


def listing(template):
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
    return re.sub(r"/[0-9a-f]{64}\.gz", "/CODE.gz", "\n\n".join(blocks)) + "\n"


def _line(statement):
    parts = [
        statement["Effect"],
        readable(statement["Action"]),
        "on " + readable(statement["Resource"]) if "Resource" in statement else "",
        "by " + str(statement["Principal"]) if "Principal" in statement else "",
        "if " + str(statement["Condition"]) if "Condition" in statement else "",
    ]
    return " | ".join(part for part in parts if part)


@pytest.mark.parametrize(("part", "settings"), [("default", {}), ("with everything", EVERYTHING)])
def test_the_roles_may_do_exactly_what_is_written_down(synthesize, part, settings):
    expected = dict(
        block.split(" ==\n", 1) for block in GOLDEN.read_text().removeprefix("== ").split("\n== ")
    )
    assert listing(synthesize(**settings)).strip() == expected[part].strip()


def test_no_action_is_a_wildcard(synthesize):
    for line in listing(synthesize(**EVERYTHING)).splitlines():
        if line.startswith("  Allow"):
            assert "*" not in line.split(" | ")[1]


def test_an_action_with_a_wildcard_cannot_be_written():
    with pytest.raises(ValueError, match="s3:Get"):
        allow(["s3:Get*"], ["arn:aws:s3:::bucket/key"])


def test_only_the_jobs_role_can_be_passed_and_only_to_sagemaker(template):
    passing = [line for line in listing(template).splitlines() if "iam:PassRole" in line]
    assert len(passing) == 1
    assert "on <JobsRole" in passing[0]
    assert "sagemaker.amazonaws.com" in passing[0]


def test_jobs_keep_what_they_prepare_for_later_runs_and_delete_none_of_it(template):
    block = next(b for b in listing(template).split("\n\n") if b.startswith("JobsRoleDefault"))
    allowed = {
        action
        for line in block.splitlines()
        if "/cache/*" in line or "'cache/*'" in line
        for action in line.split(" | ")[1].split()
    }
    assert allowed == {
        "s3:GetObject",
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:ListBucket",
    }


def test_jobs_reach_no_requests_and_no_results(template):
    block = next(b for b in listing(template).split("\n\n") if b.startswith("JobsRoleDefault"))
    assert "/requests/" not in block
    assert "/results/*" not in block
