"""`deploy`, `undeploy` and `status --endpoints`, against a simulation of SageMaker's API."""

import io
import json

import boto3
import pytest
from moto import mock_aws

from bakeoff.client.endpoint_service import CONFIG, ENDPOINT, MODEL, EndpointService
from bakeoff.names import endpoint_name
from tests.support.command_line import invoke
from tests.support.fake_cloud import FakeCloud
from tests.support.kept_run import NAME, bucket_of, kept_summary

ENDPOINT_NAME = endpoint_name("Bakeoff", NAME)


class Runtime:
    """SageMaker's runtime with an endpoint that always answers the same."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def invoke_endpoint(self, **request):
        self.asked.append(request)
        return {"Body": io.BytesIO(json.dumps(self.answer).encode())}


class SlowService(EndpointService):
    """Endpoints are created only after a while, or not at all."""

    states_to_come = ()

    def state(self, name):
        state = super().state(name)
        if state is None or not self.states_to_come:
            return state
        status, *rest = self.states_to_come
        self.states_to_come = rest
        return type(state)(state.name, state.arn, status, "no capacity", state.created)


@pytest.fixture
def sagemaker(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield boto3.client("sagemaker", region_name="eu-west-1")


@pytest.fixture
def cloud(sagemaker, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    summary = kept_summary()
    cloud = FakeCloud()
    cloud.objects |= bucket_of(summary, b"archive")
    labels = dict.fromkeys(summary.conditions.labels, 0.5)
    answer = [{"label": summary.conditions.labels[0], "probabilities": labels}]
    cloud.runtime = Runtime(answer)
    logs = boto3.client("logs", region_name="eu-west-1")
    cloud.endpoint_service = SlowService(sagemaker, cloud.runtime, logs)
    return cloud


def what_is_there(cloud):
    kinds = (ENDPOINT, CONFIG, MODEL)
    return [each.word for each in kinds if cloud.endpoint_service.describe(each, ENDPOINT_NAME)]


def test_a_deployed_model_is_told_with_its_price_and_how_to_ask_it(cloud):
    cloud.prices = {"ml.m5.xlarge": 0.23}

    ended = invoke(["deploy", NAME], cloud)

    assert ended.status == 0, ended.err
    assert what_is_there(cloud) == ["Endpoint", "EndpointConfig", "Model"]
    assert "0.23 US dollars an hour" in ended.out
    assert f"bakeoff undeploy {NAME}" in ended.out
    assert f"invoke-endpoint --endpoint-name {ENDPOINT_NAME}" in ended.out
    assert 'boto3.client("sagemaker-runtime")' in ended.out
    assert [asked["EndpointName"] for asked in cloud.runtime.asked] == [ENDPOINT_NAME]


def test_an_unknown_price_is_said_and_never_0(cloud):
    ended = invoke(["deploy", NAME, "--instance-type", "ml.g4dn.xlarge"], cloud)

    assert ended.status == 0, ended.err
    assert "unknown (no price for ml.g4dn.xlarge" in " ".join(ended.out.split())
    assert "0 US dollars" not in ended.out


def test_a_serverless_endpoint_is_paid_for_by_the_millisecond(cloud, sagemaker):
    ended = invoke(["deploy", NAME, "--serverless"], cloud)

    assert ended.status == 0, ended.err
    assert "by the millisecond" in " ".join(ended.out.split())
    config = sagemaker.describe_endpoint_config(EndpointConfigName=ENDPOINT_NAME)
    assert config["ProductionVariants"][0]["ServerlessConfig"]["MemorySizeInMB"] == 2048


def test_creating_is_waited_for(cloud):
    cloud.endpoint_service.states_to_come = ("Creating", "Creating")
    before = cloud.now

    assert invoke(["deploy", NAME], cloud).status == 0
    assert (cloud.now - before).total_seconds() == pytest.approx(6)


def test_an_endpoint_that_fails_says_why_and_leaves_nothing(cloud):
    cloud.endpoint_service.states_to_come = ("Creating", "Failed")

    ended = invoke(["deploy", NAME], cloud)

    assert ended.status == 1
    assert "SageMaker says Failed: no capacity" in " ".join(ended.err.split())
    assert what_is_there(cloud) == []


def test_a_model_without_our_code_is_not_left_deployed(cloud):
    cloud.runtime.answer = [{"label": "LABEL_0", "score": 0.9}]

    ended = invoke(["deploy", NAME], cloud)

    assert ended.status == 1
    assert "an earlier version has trained the model" in " ".join(ended.err.split())
    assert what_is_there(cloud) == []


def test_a_second_endpoint_of_the_same_results_is_refused(cloud):
    assert invoke(["deploy", NAME], cloud).status == 0

    ended = invoke(["deploy", NAME], cloud)

    assert ended.status == 1
    assert "already: remove it first" in " ".join(ended.err.split())
    assert len(what_is_there(cloud)) == 3


def test_what_is_left_of_an_attempt_that_was_cut_off_is_no_hindrance(cloud, sagemaker):
    sagemaker.create_model(
        ModelName=ENDPOINT_NAME, ExecutionRoleArn=f"arn:aws:iam::{'1' * 12}:role/x"
    )

    assert invoke(["deploy", NAME], cloud).status == 0


def test_undeploy_removes_all_of_it_and_may_be_repeated(cloud):
    assert invoke(["deploy", NAME], cloud).status == 0

    first, second = (invoke(["undeploy", NAME], cloud) for _ in range(2))

    assert (first.status, second.status) == (0, 0)
    assert what_is_there(cloud) == []
    assert "nothing was removed" in second.out


def test_what_has_other_tags_is_not_removed(cloud, sagemaker):
    sagemaker.create_model(
        ModelName=ENDPOINT_NAME, ExecutionRoleArn=f"arn:aws:iam::{'1' * 12}:role/x"
    )

    ended = invoke(["undeploy", NAME], cloud)

    assert ended.status == 1
    assert "somebody else has made it" in " ".join(ended.err.split())
    assert what_is_there(cloud) == ["Model"]


def test_endpoints_are_listed_by_their_results(cloud):
    assert "No model is deployed." in invoke(["status", "--endpoints"], cloud).out
    assert invoke(["deploy", NAME], cloud).status == 0

    ended = invoke(["status", "--endpoints"], cloud)

    assert ended.status == 0, ended.err
    for said in (NAME, "InService", "ml.m5.xlarge", kept_summary().provenance.run):
        assert said in ended.out


def test_a_deployment_of_an_earlier_version_says_what_it_lacks(cloud):
    cloud.deployment = type(cloud.deployment)(cloud.deployment.bucket, "arn")

    ended = invoke(["deploy", NAME], cloud)

    assert ended.status == 1
    assert "make deploy" in ended.err


def test_a_model_that_is_gone_is_said(cloud):
    cloud.objects = {key: value for key, value in cloud.objects.items() if "/models/" not in key}

    assert "is gone" in " ".join(invoke(["deploy", NAME], cloud).err.split())


def test_serverless_or_an_instance_type(cloud):
    ended = invoke(["deploy", NAME, "--serverless", "--instance-type", "ml.m5.xlarge"], cloud)

    assert ended.status == 2
