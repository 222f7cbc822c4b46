"""Requests checked as the service checks them."""

from typing import Any

import pytest

from local.sagemaker.errors import ApiError
from local.sagemaker.validation import validate
from tests.support.local_jobs import training_request


def request(**changes: Any) -> dict[str, Any]:
    return training_request("job", "s3://bucket/code/", **changes)


def problem(content: dict[str, Any]) -> str:
    with pytest.raises(ApiError) as refusal:
        validate("CreateTrainingJob", content)
    assert refusal.value.code == "ValidationException"
    return refusal.value.message


def test_a_complete_request_passes() -> None:
    validate("CreateTrainingJob", request())


def test_a_missing_field_is_named() -> None:
    content = request()
    del content["RoleArn"]

    assert 'Missing required parameter in input: "RoleArn"' in problem(content)


def test_an_unknown_field_is_named() -> None:
    assert 'Unknown parameter in input: "Sped"' in problem(request(Sped=1))


def test_a_name_must_fit_the_pattern() -> None:
    message = problem(request(TrainingJobName="under_score"))

    assert message.startswith("1 validation error detected: Value 'under_score'")
    assert "'trainingJobName' failed to satisfy constraint" in message


def test_an_instance_type_must_exist() -> None:
    resources = {"InstanceType": "ml.x9.huge", "InstanceCount": 1, "VolumeSizeInGB": 30}

    assert "satisfy enum value set" in problem(request(ResourceConfig=resources))


def test_a_hyperparameter_has_a_longest_length() -> None:
    message = problem(request(HyperParameters={"text": "x" * 2501}))

    assert "have length less than or equal to 2500" in message


def test_every_problem_is_reported() -> None:
    message = problem(request(TrainingJobName="a_b", HyperParameters={"k": "x" * 2501}))

    assert message.startswith("2 validation errors detected")
