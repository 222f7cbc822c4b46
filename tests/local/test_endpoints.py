"""Endpoints of the emulator, which really answer with a trained model."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from tests.local.conftest import client
from tests.support.kept_run import packed
from tests.support.local_jobs import BUCKET, IMAGE, ROLE, create_role
from tests.support.tiny_job import prepared_job

WAIT_SECONDS = 60


@pytest.fixture(scope="module")
def archive(s3: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URI of a trained model of the n-grams baseline."""
    job = prepared_job(tmp_path_factory.mktemp("job"), method="tfidf")
    assert job.run().status == 0, job.failure
    s3.put_object(Bucket=BUCKET, Key="kept/model.tar.gz", Body=packed(job.trained_model))
    return f"s3://{BUCKET}/kept/model.tar.gz"


def create(sagemaker: Any, name: str, uri: str, role: str = ROLE) -> None:
    container = {"Image": IMAGE, "ModelDataUrl": uri}
    sagemaker.create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=role)
    variant = {"VariantName": "AllTraffic", "ModelName": name, "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=[variant | {"InstanceType": "ml.m5.xlarge"}]
    )
    sagemaker.create_endpoint(
        EndpointName=name, EndpointConfigName=name, Tags=[{"Key": "project", "Value": "x"}]
    )


def wait(sagemaker: Any, name: str) -> Any:
    """The description once the endpoint is no longer being created."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        described = sagemaker.describe_endpoint(EndpointName=name)
        if described["EndpointStatus"] != "Creating":
            return described
        time.sleep(0.1)
    raise AssertionError(f"{name} is still being created")


@pytest.fixture(scope="module")
def endpoint(sagemaker: Any, archive: str) -> Iterator[str]:
    create(sagemaker, "serving", archive)
    assert wait(sagemaker, "serving")["EndpointStatus"] == "InService"
    yield "serving"
    sagemaker.delete_endpoint(EndpointName="serving")


def test_an_endpoint_answers(endpoint: str, aws: Callable[[str], Any]) -> None:
    answer = aws("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint,
        ContentType="application/json",
        Body=json.dumps({"inputs": ["a superb film"]}),
    )

    assert answer["ContentType"] == "application/json"
    assert json.loads(answer["Body"].read())[0]["label"] == "good"


def test_a_bad_question_is_an_error_of_the_model(endpoint: str, aws: Callable[[str], Any]) -> None:
    with pytest.raises(ClientError, match="client error") as refusal:
        aws("sagemaker-runtime").invoke_endpoint(
            EndpointName=endpoint, ContentType="application/json", Body=b"{}"
        )

    assert refusal.value.response["Error"]["Code"] == "ModelError"
    assert refusal.value.response["OriginalStatusCode"] == 400


def test_an_endpoint_is_listed_with_its_tags(endpoint: str, sagemaker: Any) -> None:
    (listed,) = sagemaker.list_endpoints(NameContains=endpoint)["Endpoints"]

    assert listed["EndpointStatus"] == "InService"
    tags = sagemaker.list_tags(ResourceArn=listed["EndpointArn"])["Tags"]
    assert tags == [{"Key": "project", "Value": "x"}]


def test_a_user_may_ask_an_endpoint_and_pass_a_role_only_if_allowed(
    emulator: LocalCloud, aws: Callable[[str], Any], endpoint: str, archive: str
) -> None:
    iam = aws("iam")
    iam.create_user(UserName="asker")
    statement = {"Effect": "Allow", "Action": "sagemaker:CreateModel", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="asker", PolicyName="own", PolicyDocument=document)
    key = iam.create_access_key(UserName="asker")["AccessKey"]

    with pytest.raises(ClientError, match="sagemaker:InvokeEndpoint"):
        client(emulator, "sagemaker-runtime", key=key).invoke_endpoint(
            EndpointName=endpoint, Body=b"{}"
        )
    with pytest.raises(ClientError, match="iam:PassRole"):
        create(client(emulator, "sagemaker", key=key), "theirs", archive)


@pytest.mark.parametrize("missing", ["model", "rights"])
def test_an_endpoint_that_cannot_start_says_why(
    missing: str, aws: Callable[[str], Any], sagemaker: Any, archive: str
) -> None:
    uri, role = f"s3://{BUCKET}/nowhere.tar.gz", ROLE
    if missing == "rights":
        create_role(
            aws("iam"), "sagemaker", [{"Action": "logs:*", "Resource": "*"}], name="no-rights"
        )
        uri, role = archive, ROLE.replace("sagemaker", "no-rights")
    create(sagemaker, f"without-{missing}", uri, role)

    described = wait(sagemaker, f"without-{missing}")

    assert described["EndpointStatus"] == "Failed"
    assert described["FailureReason"]


def test_names_are_unique_and_what_is_deleted_is_gone(
    endpoint: str, sagemaker: Any, archive: str
) -> None:
    with pytest.raises(ClientError, match="already existing model"):
        create(sagemaker, endpoint, archive)
    with pytest.raises(ClientError, match="Could not find endpoint"):
        sagemaker.describe_endpoint(EndpointName="nowhere")
    with pytest.raises(ClientError, match="Could not find model"):
        sagemaker.delete_model(ModelName="nowhere")
