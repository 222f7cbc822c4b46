"""The adapter to AWS, against moto; refusals against what AWS answers."""

import io
import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber
from moto import mock_aws

from bakeoff.client.cloud import Cloud
from bakeoff.client.deployment import Deployment, find_deployment
from bakeoff.client.sdk_clients import client_maker
from bakeoff.cost.price_list import product_filters
from bakeoff.errors import FunctionFailedError, ServiceError
from bakeoff.settings import ComputeSettings
from infra.functions import SHAPES

BUCKET = "bakeoff-bucket"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Bakeoff"


@pytest.fixture
def aws(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with mock_aws():
        yield


@pytest.fixture
def cloud(aws):
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    return Cloud(boto3.client, Deployment(BUCKET, MACHINE))


@pytest.fixture
def cloudformation():
    """A client, and what stubs its answers."""
    client = boto3.client(
        "cloudformation", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    with Stubber(client) as stubber:
        yield client, stubber


CREATED = datetime(2026, 2, 25, 6, 13, tzinfo=UTC)


def stack_with(**outputs):
    listed = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    stack = {"StackName": "B", "CreationTime": CREATED, "StackStatus": "CREATE_COMPLETE"}
    return {"Stacks": [stack | {"Outputs": listed}]}


def refusing(error):
    """A cloud whose every call ends in the error."""

    class Client:
        def __getattr__(self, name):
            def call(**arguments):
                raise error

            return call

    return Cloud(lambda service: Client(), Deployment(BUCKET, "arn"))


def client_error(code, message="because"):
    return ClientError({"Error": {"Code": code, "Message": message}}, "PutObject")


def test_the_stacks_outputs_say_where_everything_is(cloudformation):
    client, stubber = cloudformation
    outputs = stack_with(BucketName=BUCKET, StateMachineArn=MACHINE)
    stubber.add_response("describe_stacks", outputs, {"StackName": "Mine"})

    assert find_deployment(client, "Mine") == Deployment(BUCKET, MACHINE, deployed_at=CREATED)


def test_a_missing_stack_is_reported_with_a_remedy(cloudformation):
    client, stubber = cloudformation
    stubber.add_client_error("describe_stacks", "ValidationError", "Stack does not exist")

    with pytest.raises(ServiceError, match=r"No stack Mine in us-east-1: .*make deploy"):
        find_deployment(client, "Mine")


def test_a_stack_without_the_outputs_is_reported(cloudformation):
    client, stubber = cloudformation
    stubber.add_response("describe_stacks", stack_with(BucketName=BUCKET))

    with pytest.raises(ServiceError, match="StateMachineArn"):
        find_deployment(client, "Mine")


def test_a_quota_that_was_never_changed_has_its_default():
    client = boto3.client(
        "service-quotas", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )

    def listed(**values):
        return {"Quotas": [{"QuotaName": name, "Value": value} for name, value in values.items()]}

    with Stubber(client) as stubber:
        of_sagemaker = {"ServiceCode": "sagemaker"}
        stubber.add_response("list_service_quotas", listed(raised=9.0, other=1.0), of_sagemaker)
        defaults = listed(raised=2.0, unchanged=3.0)
        stubber.add_response("list_aws_default_service_quotas", defaults, of_sagemaker)
        cloud = Cloud(lambda service: client, Deployment(BUCKET, "arn"))

        found = cloud.quotas(["raised", "unchanged", "unknown"])

    assert found == {"raised": 9.0, "unchanged": 3.0}


def test_missing_credentials_are_reported_with_a_remedy(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    with pytest.raises(ServiceError, match=r"No AWS credentials found.*--local"):
        Cloud.connect()


def test_the_region_is_that_of_aws_region_before_that_of_the_sdk(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")

    assert client_maker(None)("s3").meta.region_name == "eu-west-3"

    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert client_maker(None)("s3").meta.region_name == "eu-west-3"


def test_an_object_that_was_put_can_be_read(cloud):
    stored = cloud.put("requests/a.json", b'{"a": 1}')

    assert cloud.read("requests/a.json") == b'{"a": 1}'
    assert cloud.read_json("requests/a.json") == {"a": 1}
    assert len(stored.etag) == 32 and stored.version_id is None


def test_a_put_into_a_versioned_bucket_returns_the_version(cloud):
    boto3.client("s3").put_bucket_versioning(
        Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
    )

    assert cloud.put("requests/a.json", b"{}").version_id


def test_a_missing_object_reads_as_none(cloud):
    assert cloud.read("nothing") is None
    assert cloud.read_json("nothing") is None


def test_objects_and_folders_are_those_under_the_prefix(cloud, tmp_path):
    (tmp_path / "file").write_bytes(b"four")
    cloud.upload(tmp_path / "file", "results/a/file")
    cloud.put("results/b/runs/1/file", b"")
    cloud.put("results/top", b"")
    cloud.put("other/c/file", b"")

    (key, found), *others = cloud.list_objects("results/a/").items()
    assert (key, found.num_bytes, others) == ("results/a/file", 4, [])
    assert abs(datetime.now(UTC) - found.modified) < timedelta(minutes=1)
    assert cloud.folders("results/") == ["a", "b"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (client_error("ExpiredToken"), "expired"),
        (client_error("InvalidClientTokenId"), "does not accept these credentials"),
        (
            client_error("AccessDenied", "not yours"),
            r"refused PutObject \(AccessDenied\): not yours",
        ),
        (EndpointConnectionError(endpoint_url="https://s3"), "cannot be reached"),
    ],
)
def test_refusals_are_reported_in_one_sentence(error, expected):
    with pytest.raises(ServiceError, match=expected):
        refusing(error).put("requests/a.json", b"")


def test_a_file_that_cannot_be_uploaded_is_reported(cloud, tmp_path):
    (tmp_path / "file").write_bytes(b"four")
    boto3.client("s3").delete_bucket(Bucket=BUCKET)

    with pytest.raises(ServiceError, match="could not be used"):
        cloud.upload(tmp_path / "file", "uploads/file")


def test_a_job_without_a_log_has_no_lines(cloud):
    assert cloud.training_log("no-such-job", "bakeoff") == []


def test_only_the_jobs_own_log_is_read():
    logs = boto3.client("logs", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    asked = {
        "logGroupName": "/aws/sagemaker/TrainingJobs",
        # With the slash, as job-1 begins the name of job-11 too.
        "logStreamNamePrefix": "job-1/",
        "filterPattern": "bakeoff",
    }
    own, other = "job-1/algo-1-1", "job-11/algo-1-1"
    events = [
        {"logStreamName": own, "message": "bakeoff split=validation"},
        {"logStreamName": other, "message": "bakeoff split=other"},
    ]
    first = {"events": events, "nextToken": "more"}
    with Stubber(logs) as stubber:
        stubber.add_response("filter_log_events", first, asked)
        second = {"events": [{"logStreamName": own, "message": "bakeoff split=test"}]}
        stubber.add_response("filter_log_events", second, asked | {"nextToken": "more"})
        cloud = Cloud(lambda service: logs, Deployment(BUCKET, MACHINE))

        lines = cloud.training_log("job-1", "bakeoff")

    assert lines == ["bakeoff split=validation", "bakeoff split=test"]


def test_all_pages_of_training_jobs_are_read():
    sagemaker = boto3.client(
        "sagemaker", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    asked = {"NameContains": "3f2a9c1d", "MaxResults": 100}
    with Stubber(sagemaker) as stubber:
        first = listed("job-1", "Completed") | {"NextToken": "more"}
        stubber.add_response("list_training_jobs", first, asked)
        second = listed("job-2", "InProgress")
        stubber.add_response("list_training_jobs", second, asked | {"NextToken": "more"})
        cloud = Cloud(lambda service: sagemaker, Deployment(BUCKET, MACHINE))

        jobs = cloud.training_jobs("3f2a9c1d")

    assert jobs == {"job-1": "Completed", "job-2": "InProgress"}


def listed(name, status):
    job = {"TrainingJobName": name, "TrainingJobArn": "arn", "CreationTime": 0}
    return {"TrainingJobSummaries": [job | {"TrainingJobStatus": status}]}


def test_defaults_of_a_request_are_read_from_the_stack(cloudformation):
    client, stubber = cloudformation
    compute = {
        "training_instance_type": "ml.g5.xlarge",
        "baseline_instance_type": "ml.m5.xlarge",
        "processing_instance_type": "ml.m5.2xlarge",
        "training_volume_gb": 100,
        "max_runtime_seconds": 14400,
        "max_parallel_jobs": 2,
    }
    outputs = {"BucketName": BUCKET, "StateMachineArn": MACHINE}
    outputs |= {"ComputeSettings": json.dumps(compute), "RunRetentionDays": "90"}
    stubber.add_response("describe_stacks", stack_with(**outputs))

    deployment = find_deployment(client, "Mine")

    assert deployment.compute == ComputeSettings.model_validate(compute)
    assert deployment.run_retention_days == 90


def test_the_newest_objects_come_first(cloud):
    for number in range(3):
        cloud.put(f"throughput/{number}.json", b"")
    cloud.put("runs/9.json", b"")

    assert cloud.newest_keys("throughput/", 2) == ["throughput/2.json", "throughput/1.json"]


def test_the_price_list_is_asked_for_this_region(aws):
    pricing = boto3.client("pricing", region_name="us-east-1")

    def make_client(service, region_name=None):
        return pricing if service == "pricing" else boto3.client(service, "eu-central-1")

    with Stubber(pricing) as stubber:
        filters = product_filters("eu-central-1", "ml.g5.xlarge")
        asked = {"ServiceCode": "AmazonSageMaker", "Filters": filters}
        stubber.add_response("get_products", {"PriceList": ["{}"]}, asked)
        cloud = Cloud(make_client, Deployment(BUCKET, MACHINE))
        assert cloud.products("ml.g5.xlarge") == ["{}"]


COMPARE = "arn:aws:lambda:us-east-1:123456789012:function:Compare"
PAYLOAD = {"run": "0123", "name": "imdb"}


def calling(answer, configured=None):
    """A cloud whose function Compare answers so, or raises."""

    class Client:
        def invoke(self, **arguments):
            assert arguments == {"FunctionName": COMPARE, "Payload": json.dumps(PAYLOAD).encode()}
            if isinstance(answer, Exception):
                raise answer
            return answer

    def make_client(service, config=None):
        if configured is not None and service == "lambda":
            configured.append(config)
        return Client()

    return Cloud(make_client, Deployment(BUCKET, "arn", compare_function_arn=COMPARE))


def function_error(content):
    return {"FunctionError": "Unhandled", "Payload": io.BytesIO(content)}


def test_compare_is_called_once_and_may_take_as_long_as_a_function_may():
    configured = []

    calling({"Payload": io.BytesIO(b"{}")}, configured).call_compare(PAYLOAD)

    (config,) = configured
    assert config.read_timeout > SHAPES["Compare"][1]
    assert config.retries["total_max_attempts"] == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"errorMessage": "s3://b/k is gone", "errorType": "StorageError"}', "s3://b/k is gone."),
        (b'{"errorMessage": "Task timed out after 900.00 seconds"}', "timed out after 900.00"),
        (b'{"errorType": "Runtime.ExitError"}', "It failed with Runtime.ExitError"),
        (b"\xff", "gave no reason"),
    ],
)
def test_a_function_that_fails_is_told_in_words(content, reason):
    with pytest.raises(FunctionFailedError, match=reason):
        calling(function_error(content)).call_compare(PAYLOAD)


def test_a_connection_lost_during_compare_is_no_failure_of_the_function():
    lost = ReadTimeoutError(endpoint_url="https://lambda")

    with pytest.raises(ServiceError, match=r"may go on.*bakeoff results imdb --run 0123") as caught:
        calling(lost).call_compare(PAYLOAD)

    assert not isinstance(caught.value, FunctionFailedError)


def test_an_older_deployment_cannot_compare_again():
    with pytest.raises(ServiceError, match="make deploy"):
        refusing(client_error("unused")).call_compare(PAYLOAD)


def test_an_execution_that_aws_has_forgotten_does_not_run():
    assert not refusing(client_error("ExecutionDoesNotExist")).is_running("arn")
    with pytest.raises(ServiceError):
        refusing(client_error("AccessDeniedException")).is_running("arn")
