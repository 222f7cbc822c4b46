import json

import pytest

from bakeoff.endpoint.calling import is_answer, question, shell_command
from bakeoff.endpoint.creation import endpoint_plan
from bakeoff.endpoint.hardware import OnInstance, Serverless
from bakeoff.endpoint.servable import servable_candidate
from bakeoff.errors import ModelError
from bakeoff.names import endpoint_name
from tests.support.fake_cloud import BUCKET, ENDPOINTS
from tests.support.kept_run import NAME, kept_summary
from tests.support.service_model import violations

KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-aaaa-4bbb-8ccc-000000000002"
EVERYTHING = ENDPOINTS.model_copy(
    update={
        "subnet_ids": ("subnet-1",),
        "security_group_ids": ("sg-1",),
        "volume_kms_key_arn": KEY,
        "allow_remote_code": True,
    }
)
HARDWARE = [OnInstance("ml.m5.xlarge"), OnInstance("ml.g5.xlarge"), Serverless(2048)]


def plan_of(hardware, settings=ENDPOINTS):
    summary = kept_summary()
    return endpoint_plan(summary, summary.kept_models[0], BUCKET, hardware, settings)


@pytest.mark.parametrize("hardware", HARDWARE, ids=str)
@pytest.mark.parametrize("settings", [ENDPOINTS, EVERYTHING], ids=["default", "everything"])
def test_the_requests_are_those_of_the_api(hardware, settings):
    plan = plan_of(hardware, settings)

    assert violations("CreateModel", plan.model) == []
    assert violations("CreateEndpointConfig", plan.config) == []
    assert violations("CreateEndpoint", plan.endpoint) == []


def test_the_archive_is_that_of_the_run_which_nothing_expires():
    run = kept_summary().provenance.run
    uri = plan_of(HARDWARE[0]).model["PrimaryContainer"]["ModelDataUrl"]

    assert uri.startswith(f"s3://{BUCKET}/results/{NAME}/runs/{run}/models/")


def test_the_image_is_that_of_the_hardware():
    images = [plan_of(each).model["PrimaryContainer"]["Image"] for each in HARDWARE]

    assert images == [ENDPOINTS.cpu_image, ENDPOINTS.gpu_image, ENDPOINTS.cpu_image]


def test_a_container_has_no_network_where_sagemaker_can_take_it_away():
    isolated = [plan_of(each).model.get("EnableNetworkIsolation", False) for each in HARDWARE]

    assert isolated == [True, True, False]


def test_what_serverless_endpoints_cannot_have_is_left_out():
    on_instance, on_gpu, serverless = (plan_of(each, EVERYTHING) for each in HARDWARE)

    assert on_instance.model["VpcConfig"]["Subnets"] == ["subnet-1"]
    assert on_instance.config["KmsKeyId"] == KEY
    assert "KmsKeyId" not in on_gpu.config
    assert "VpcConfig" not in serverless.model
    assert "KmsKeyId" not in serverless.config


def test_models_own_code_runs_only_where_the_deployment_allows_it():
    def allowed(settings):
        environment = plan_of(HARDWARE[0], settings).model["PrimaryContainer"]["Environment"]
        return environment.get("BAKEOFF_ALLOW_REMOTE_CODE")

    assert (allowed(ENDPOINTS), allowed(EVERYTHING)) == (None, "true")


def test_everything_has_the_tags_of_its_run():
    plan = plan_of(HARDWARE[0])

    for request in (plan.model, plan.config, plan.endpoint):
        tags = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
        assert tags["bakeoff:request"] == NAME
        assert set(tags) == {"project", "bakeoff:request", "bakeoff:run", "bakeoff:candidate"}


@pytest.mark.parametrize("name", ["imdb", "A_b.c", "a" * 64, "a-b-" * 12 + "c"])
def test_endpoints_have_names_that_the_api_takes(name):
    request = {"EndpointName": endpoint_name("Bakeoff", name), "EndpointConfigName": "x"}

    assert violations("CreateEndpoint", request) == []
    assert endpoint_name("Bakeoff", name) != endpoint_name("Other", name)


def test_a_model_of_bedrock_is_refused():
    summary = kept_summary()
    first = summary.candidates[0].model_copy(update={"model": "bedrock/amazon.nova-lite-v1:0"})
    summary = summary.model_copy(update={"candidates": [first, *summary.candidates[1:]]})

    with pytest.raises(ModelError, match="a model of Amazon Bedrock"):
        servable_candidate(summary, summary.kept_models[0])


def test_only_an_answer_of_our_own_code_counts():
    def counts(answer, labels=("a", "b")):
        return is_answer(json.dumps(answer).encode(), labels and list(labels))

    assert counts([{"label": "a", "probabilities": {"a": 0.9, "b": 0.1}}])
    assert counts([{"value": 3.5}], None)
    # As transformers' own pipeline answers.
    assert not counts([{"label": "LABEL_0", "score": 0.9}])
    assert not counts([{"label": "a", "probabilities": {"a": 1.0}}])
    assert not counts([])
    assert not is_answer(b"<html>", None)


def test_pairs_are_asked_as_pairs():
    assert question(is_pair=True, text="x") == {"inputs": [["x", "x"]]}
    assert '{"inputs": [["TEXT", "TEXT"]]}' in shell_command("e", is_pair=True)
