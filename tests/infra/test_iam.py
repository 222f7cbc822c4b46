"""Every statement of every role, held word by word in statements.txt."""

import pytest

from infra.statements import allow
from tests.infra.policy_statements import listing, written_down


def test_the_roles_may_do_exactly_what_is_written_down(template, with_everything):
    found = {"default": listing(template), "with everything": listing(with_everything)}
    assert found == written_down(), "run `python -m tests.infra.policy_statements`"


def test_no_action_is_a_wildcard(with_everything):
    for line in listing(with_everything).splitlines():
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


def test_no_role_may_ask_a_model_unless_the_deployment_allows_one(template):
    assert "bedrock:" not in listing(template)
    assert "BedrockJobsRole" not in listing(template)


def test_one_role_may_ask_the_allowed_models_and_no_others(synthesize):
    allowed = ("amazon.nova-lite-v1:0=0.06/0.24", "us.amazon.nova-pro-v1:0")
    blocks = listing(synthesize(bedrock_models=allowed)).split("\n\n")
    (block,) = [each for each in blocks if "bedrock:InvokeModel" in each]
    assert block.startswith("BedrockJobsRole")
    assert "secretsmanager" not in block
    assert "foundation-model/amazon.nova-lite-v1:0" in block
    assert "inference-profile/us.amazon.nova-pro-v1:0" in block
    assert "bedrock:*::foundation-model/amazon.nova-pro-v1:0" in block
    assert "bedrock:InferenceProfileArn" in block
    assert "foundation-model/*" not in block
