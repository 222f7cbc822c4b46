import json

import pytest

from bakeoff.errors import DocumentError
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.plan_item import PlannedJob
from bakeoff.jobs.result import JobResult
from tests.support.run_samples import RUN

PLANNED = PlannedJob(
    item="m-000000-s42",
    candidate="m-000000",
    seed=42,
    run=RUN,
    bucket="bakeoff-bucket",
    result_key=f"runs/{RUN}/results/m-000000-s42.json",
)
METRICS = JobMetrics(metrics={"test": {"f1": 0.1 + 0.2}})
OUTPUT = f"s3://bakeoff-bucket/runs/{RUN}/output"
DESCRIPTION = {
    "TrainingJobName": "job-1",
    "TrainingJobStatus": "Completed",
    "SecondaryStatus": "Completed",
    "ModelArtifacts": {"S3ModelArtifacts": f"{OUTPUT}/job-1/output/model.tar.gz"},
    "OutputDataConfig": {"S3OutputPath": f"{OUTPUT}/"},
    "ResourceConfig": {"InstanceType": "ml.g5.xlarge"},
    "StoppingCondition": {"MaxRuntimeInSeconds": 14400, "MaxWaitTimeInSeconds": 28800},
    "TrainingTimeInSeconds": 900,
    "BillableTimeInSeconds": 300,
}


def result_of(metrics=None, attempt=1, error=None, **changes):
    return JobResult.from_description(PLANNED, DESCRIPTION | changes, metrics, attempt, error)


def test_a_completed_job_has_its_metrics_and_no_reason():
    result = result_of(METRICS, attempt=3)
    assert (result.status, result.reason, result.attempts) == ("completed", None, 3)
    assert result.metrics == METRICS
    assert (result.item, result.candidate, result.seed) == ("m-000000-s42", "m-000000", 42)
    assert (result.training_seconds, result.billable_seconds) == (900, 300)
    assert result.model_artifact_uri == f"{OUTPUT}/job-1/output/model.tar.gz"
    assert result.output_uri == f"{OUTPUT}/job-1/output/output.tar.gz"


def test_a_completed_job_without_metrics_failed():
    result = result_of(None)
    assert result.status == "failed"
    assert "metrics.json" in result.reason


def test_a_failed_job_has_sagemakers_reason_and_no_metrics():
    result = result_of(
        METRICS,
        TrainingJobStatus="Failed",
        FailureReason="AlgorithmError: it broke, exit code: 1",
        ModelArtifacts={"S3ModelArtifacts": ""},
    )
    assert (result.status, result.reason, result.metrics) == ("failed", "it broke.", None)
    assert (result.model_artifact_uri, result.output_uri) == (None, None)
    assert result.billable_seconds == 300


@pytest.mark.parametrize(
    ("secondary", "said"),
    [
        ("MaxRuntimeExceeded", "time limit, 4 h: raise compute.max_runtime_seconds"),
        ("MaxWaitTimeExceeded", "spot capacity for 8 h:"),
        ("Stopped", "by hand"),
    ],
)
def test_a_stopped_job_is_a_failure_and_reports_what_stopped_it(secondary, said):
    result = result_of(METRICS, TrainingJobStatus="Stopped", SecondaryStatus=secondary)
    assert result.status == "stopped"
    assert said in result.reason
    assert result.metrics is None


def test_a_job_that_is_left_running_is_no_success():
    result = result_of(METRICS, TrainingJobStatus="InProgress")
    assert (result.status, result.reason) == ("failed", "The job is still InProgress.")


def test_a_job_that_was_never_created_is_missing_with_the_error_that_was_caught():
    error = {"Error": "SageMaker.ResourceLimitExceededException", "Cause": "is 0 Instances"}
    result = JobResult.from_description(PLANNED, None, None, 2, error)
    assert (result.status, result.job_name, result.attempts) == ("missing", None, 2)
    assert "Service Quotas" in result.reason


def test_a_job_without_any_record_is_missing():
    result = JobResult.from_description(PLANNED, None, None, 1, None)
    assert result.status == "missing"
    assert result.reason


def test_metrics_keep_their_precision_when_stored():
    stored = result_of(METRICS).to_json()
    assert json.loads(stored)["metrics"]["metrics"]["test"]["f1"] == 0.1 + 0.2
    assert JobResult.from_json(stored) == result_of(METRICS)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_metrics_that_diverged_can_be_stored_and_read(number):
    stored = result_of(JobMetrics(metrics={"test": {"f1": 0.5, "loss": number}})).to_json()
    assert JobResult.from_json(stored).scores("test") == {"f1": 0.5}


def test_an_invalid_result_is_refused():
    with pytest.raises(DocumentError, match="JobResult"):
        JobResult.from_json(b'{"status": "fine"}')
