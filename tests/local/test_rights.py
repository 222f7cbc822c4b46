"""What roles may do is enforced, also where the emulator's own services act for them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from tests.local.conftest import client
from tests.local.test_step_functions import machine, wait_for
from tests.support.local_jobs import (
    BUCKET,
    create_role,
    put_code,
    training_request,
    wait_for_training,
)
from tests.support.rights import Call, calls_in

ACCOUNT_ROLE = "arn:aws:iam::123456789012:role"
READ_ALL = {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}


@pytest.fixture
def iam(aws: Callable[[str], Any]) -> Any:
    return aws("iam")


def test_a_role_that_does_not_trust_sagemaker_runs_no_job(
    sagemaker: Any, iam: Any, s3: Any
) -> None:
    create_role(iam, "lambda", [READ_ALL], name="for-functions")
    request = training_request("untrusting", put_code(s3, "untrusting", "pass"))

    for role in ("for-functions", "nowhere"):
        with pytest.raises(ClientError, match="Could not assume role") as refusal:
            sagemaker.create_training_job(**request | {"RoleArn": f"{ACCOUNT_ROLE}/{role}"})

        assert refusal.value.response["Error"]["Code"] == "ValidationException"


def test_a_job_may_do_what_its_role_may_and_no_more(
    emulator: LocalCloud, sagemaker: Any, iam: Any, s3: Any
) -> None:
    create_role(iam, "sagemaker", [READ_ALL, {"Action": "logs:*", "Resource": "*"}], name="reader")
    request = training_request("may-not-write", put_code(s3, "may-not-write", "pass"))

    sagemaker.create_training_job(**request | {"RoleArn": f"{ACCOUNT_ROLE}/reader"})

    described = wait_for_training(sagemaker, "may-not-write")
    assert described["TrainingJobStatus"] == "Failed"
    assert "s3:PutObject" in described["FailureReason"]
    _, denied = calls_in(emulator.log_file.read_text())
    output = f"arn:aws:s3:::{BUCKET}/may-not-write/output/may-not-write/output/model.tar.gz"
    assert Call("reader", "s3:PutObject", output) in denied


@pytest.mark.parametrize(
    ("allowed", "denied"),
    [
        (["iam:PassRole", "sagemaker:DescribeTrainingJob"], "sagemaker:CreateTrainingJob"),
        (["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob"], "iam:PassRole"),
    ],
)
def test_a_state_machine_may_do_what_its_role_may_and_no_more(
    aws: Callable[[str], Any], iam: Any, s3: Any, allowed: list[str], denied: str
) -> None:
    name = f"without-{denied.partition(':')[2]}"
    create_role(iam, "states", [{"Action": allowed, "Resource": "*"}], name=name)
    states = aws("stepfunctions")
    created = states.create_state_machine(
        name=name, definition=json.dumps(machine()), roleArn=f"{ACCOUNT_ROLE}/{name}"
    )
    request = training_request(name, put_code(s3, name, "pass"))

    execution = states.start_execution(
        stateMachineArn=created["stateMachineArn"], input=json.dumps(request)
    )

    described = wait_for(states, execution["executionArn"])
    assert described["error"] == "SageMaker.AmazonSageMakerException"
    assert f"not authorized to perform: {denied}" in described["cause"]


def test_a_user_may_do_what_the_policies_allow_and_no_more(
    emulator: LocalCloud, iam: Any, s3: Any
) -> None:
    s3.put_object(Bucket=BUCKET, Key="theirs/a", Body=b"x")
    iam.create_user(UserName="visitor")
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "sagemaker:DescribeTrainingJob"],
                "Resource": [f"arn:aws:s3:::{BUCKET}/theirs/*", "arn:aws:sagemaker:*:*:*/their-*"],
            }
        ],
    }
    iam.put_user_policy(UserName="visitor", PolicyName="own", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName="visitor")["AccessKey"]
    theirs = client(emulator, "s3", key=key), client(emulator, "sagemaker", key=key)

    assert theirs[0].get_object(Bucket=BUCKET, Key="theirs/a")["Body"].read() == b"x"
    for call in (
        lambda: theirs[0].put_object(Bucket=BUCKET, Key="theirs/a", Body=b"y"),
        lambda: theirs[1].describe_training_job(TrainingJobName="others"),
        lambda: theirs[1].list_training_jobs(),
    ):
        with pytest.raises(ClientError, match="not authorized"):
            call()
    with pytest.raises(ClientError, match="Requested resource not found"):
        theirs[1].describe_training_job(TrainingJobName="their-job")
