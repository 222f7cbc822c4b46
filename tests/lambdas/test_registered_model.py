"""The best model in the Model Registry, as moto simulates it."""

import boto3
import pytest
from moto import mock_aws

from lambdas.aws.model_registry import ModelRegistry
from lambdas.registered_model import Registration
from tests.support.fake_store import FakeStore
from tests.support.kept_run import kept_summary
from tests.support.run_samples import resolved_with, settings_with

REQUESTED = resolved_with(register_model=True)


@pytest.fixture
def sagemaker(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield boto3.client("sagemaker", region_name="eu-west-1")


@pytest.fixture
def registration(sagemaker):
    return Registration(settings_with(inference_image="image"), ModelRegistry(sagemaker))


def packages(sagemaker):
    return [
        package
        for group in sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
        for package in sagemaker.list_model_packages(
            ModelPackageGroupName=group["ModelPackageGroupName"]
        )["ModelPackageSummaryList"]
    ]


def test_the_best_model_is_registered_where_the_request_wants_it(registration, sagemaker):
    store = FakeStore()

    summary = registration.applied(kept_summary(), REQUESTED, store)

    arn = summary.kept_models[0].package_arn
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
    uri = described["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    assert uri.removeprefix(f"s3://{store.bucket}/") in store.objects


def test_a_repeated_call_registers_nothing_more(registration, sagemaker):
    first, second = (registration.applied(kept_summary(), REQUESTED, FakeStore()) for _ in "ab")

    assert first.kept_models == second.kept_models
    assert len(packages(sagemaker)) == 1


def test_the_deployment_may_want_it_of_every_run(sagemaker):
    settings = settings_with(inference_image="image", register_models=True)
    registration = Registration(settings, ModelRegistry(sagemaker))

    summary = registration.applied(kept_summary(), resolved_with(), FakeStore())

    assert summary.kept_models[0].package_arn


def test_nothing_is_registered_where_nobody_wants_it(registration, sagemaker):
    assert registration.applied(kept_summary(), resolved_with(), FakeStore()) == kept_summary()
    assert packages(sagemaker) == []


def test_a_refusal_is_noted_and_loses_nothing(registration, sagemaker, monkeypatch):
    refused = sagemaker.exceptions.ResourceLimitExceeded(
        {"Error": {"Code": "ResourceLimitExceeded", "Message": "too many groups"}}, "Create"
    )

    def refuse(**request):
        raise refused

    monkeypatch.setattr(sagemaker, "create_model_package_group", refuse)

    summary = registration.applied(kept_summary(), REQUESTED, FakeStore())

    (kept,) = summary.kept_models
    assert kept.package_arn is None
    assert "too many groups" in kept.package_problem


def test_a_model_of_bedrock_has_no_package(registration):
    summary = kept_summary()
    first = summary.candidates[0].model_copy(update={"model": "bedrock/amazon.nova-lite-v1:0"})
    summary = summary.model_copy(update={"candidates": [first, *summary.candidates[1:]]})

    (kept,) = registration.applied(summary, REQUESTED, FakeStore()).kept_models

    assert "Amazon Bedrock" in kept.package_problem
