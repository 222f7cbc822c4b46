import json

import pytest

from bakeoff.endpoint.package import package_plan
from tests.support.kept_run import NAME, kept_summary
from tests.support.service_model import violations

IMAGE = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/inference:cpu"


def plan_of(summary):
    return package_plan(summary, summary.kept_models[0], "bucket", IMAGE, "Bakeoff")


@pytest.fixture
def plan():
    return plan_of(kept_summary())


def test_the_requests_are_those_of_the_api(plan):
    assert violations("CreateModelPackageGroup", plan.group) == []
    assert violations("CreateModelPackage", plan.package) == []


def test_a_package_waits_for_approval_with_what_speaks_for_it(plan):
    summary = kept_summary()
    best = summary.candidates[0]
    metric = summary.conditions.main_metric

    assert plan.package["ModelApprovalStatus"] == "PendingManualApproval"
    properties = plan.package["CustomerMetadataProperties"]
    assert properties["run"] == summary.provenance.run
    assert properties["candidate"] == best.candidate
    assert float(properties[metric]) == best.metrics[metric].mean
    interval = best.metrics[metric].interval
    assert properties["interval"] == f"{interval.low!r} to {interval.high!r}"


def test_its_metrics_are_the_scores_of_the_model_itself(plan):
    summary = kept_summary()
    job = summary.candidates[0].jobs[0]

    uri = plan.package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    assert uri == f"s3://bucket/{plan.statistics_key}"
    assert f"results/{NAME}/runs/" in uri
    metrics = json.loads(plan.statistics)["binary_classification_metrics"]
    assert metrics["f1"]["value"] == job.test["f1"]


def test_packages_of_the_same_results_are_in_one_group():
    first, second = (plan_of(kept_summary(run)) for run in ("9f2d283a12040668", "0" * 16))

    assert first.group == second.group
    assert first.package["ModelPackageDescription"] != second.package["ModelPackageDescription"]


def test_text_that_the_api_does_not_take_does_not_lose_the_package():
    summary = kept_summary()
    conditions = summary.conditions.model_copy(update={"dataset": "./my (odd), <rows>.csv" * 20})

    package = plan_of(summary.model_copy(update={"conditions": conditions})).package

    assert violations("CreateModelPackage", package) == []
    assert package["CustomerMetadataProperties"]["dataset"].startswith("./my _odd__ _rows_.csv")
