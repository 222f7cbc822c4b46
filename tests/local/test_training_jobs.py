"""Training jobs on the emulator, run for real."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from tests.local.conftest import MAX_JOBS
from tests.support.local_jobs import (
    BUCKET,
    IMAGE,
    channel,
    put_code,
    training_request,
    wait_for_object,
    wait_for_phase,
    wait_for_training,
)

SUCCEED = """
import os, pathlib
pathlib.Path(os.environ["SM_MODEL_DIR"], "weights.bin").write_text("w")
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "metrics.json").write_text("{}")
print("bakeoff split=validation epoch=1 train_loss=0.9 loss=0.5", flush=True)
print("bakeoff split=validation epoch=2 train_loss=0.8 loss=0.25", flush=True)
"""
SLEEP = "import time; print('asleep', flush=True); time.sleep(600)"
METRICS = [{"Name": "validation:loss", "Regex": "^bakeoff split=validation .* loss=([0-9.]+)"}]


@pytest.fixture
def sleeping(s3: Any, sagemaker: Any) -> Iterator[Callable[..., dict[str, Any]]]:
    """Makes requests for jobs that run until they are stopped, and stops them afterwards."""
    names = []

    def request(name: str, **changes: Any) -> dict[str, Any]:
        names.append(name)
        return training_request(name, put_code(s3, name, SLEEP), **changes)

    yield request
    for name in names:
        try:
            sagemaker.stop_training_job(TrainingJobName=name)
        except ClientError:
            continue  # never created, or ended already
    for name in names:
        try:
            wait_for_training(sagemaker, name)
        except ClientError:
            continue


def archive_names(s3: Any, key: str) -> list[str]:
    body = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        return archive.getnames()


def test_a_job_leaves_its_artifacts_metrics_and_times(s3: Any, sagemaker: Any) -> None:
    algorithm = {
        "TrainingImage": IMAGE,
        "TrainingInputMode": "File",
        "MetricDefinitions": METRICS,
    }
    code = put_code(s3, "whole", SUCCEED)
    sagemaker.create_training_job(
        **training_request("whole", code, AlgorithmSpecification=algorithm)
    )

    described = wait_for_training(sagemaker, "whole")

    assert described["TrainingJobStatus"] == described["SecondaryStatus"] == "Completed"
    artifact = f"s3://{BUCKET}/whole/output/whole/output/model.tar.gz"
    assert described["ModelArtifacts"] == {"S3ModelArtifacts": artifact}
    (metric,) = described["FinalMetricDataList"]
    assert (metric["MetricName"], metric["Value"]) == ("validation:loss", 0.25)
    assert described["TrainingTimeInSeconds"] == described["BillableTimeInSeconds"] >= 1
    assert described["TrainingStartTime"] < described["TrainingEndTime"]
    phases = [each["Status"] for each in described["SecondaryStatusTransitions"]]
    assert phases == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert archive_names(s3, "whole/output/whole/output/model.tar.gz") == ["weights.bin"]
    assert archive_names(s3, "whole/output/whole/output/output.tar.gz") == ["metrics.json"]


def test_the_output_is_in_the_log_group(s3: Any, sagemaker: Any, aws: Callable[[str], Any]) -> None:
    code = put_code(s3, "logged", "print('hello from the job', flush=True)")
    sagemaker.create_training_job(**training_request("logged", code))
    wait_for_training(sagemaker, "logged")

    events = aws("logs").filter_log_events(
        logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix="logged/algo-1-"
    )["events"]

    assert "hello from the job" in [event["message"] for event in events]


def test_the_job_folder_is_removed(s3: Any, sagemaker: Any, emulator: LocalCloud) -> None:
    sagemaker.create_training_job(**training_request("tidy", put_code(s3, "tidy", "pass")))
    wait_for_training(sagemaker, "tidy")

    assert not list((emulator.state_dir / "jobs").glob("tidy-*"))


def test_a_failing_script_reports_its_reason(s3: Any, sagemaker: Any) -> None:
    script = """
import os, pathlib, sys
pathlib.Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("The learning rate is too high.")
sys.exit(3)
"""
    sagemaker.create_training_job(**training_request("fails", put_code(s3, "fails", script)))

    described = wait_for_training(sagemaker, "fails")

    assert described["TrainingJobStatus"] == "Failed"
    reason = described["FailureReason"]
    assert reason.startswith("AlgorithmError: The learning rate is too high., exit code: ")


def test_a_failure_reason_is_cut(s3: Any, sagemaker: Any) -> None:
    script = """
import os, pathlib
pathlib.Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("x" * 5000)
raise SystemExit(1)
"""
    sagemaker.create_training_job(**training_request("verbose", put_code(s3, "verbose", script)))

    described = wait_for_training(sagemaker, "verbose")

    assert len(described["FailureReason"]) == 1024
    assert described["FailureReason"].endswith("exit code: 1")


def test_a_name_is_taken_for_good(s3: Any, sagemaker: Any) -> None:
    request = training_request("once", put_code(s3, "once", "pass"))
    sagemaker.create_training_job(**request)
    wait_for_training(sagemaker, "once")

    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.create_training_job(**request)


def test_jobs_beyond_the_quota_are_refused(
    sagemaker: Any, sleeping: Callable[..., dict[str, Any]]
) -> None:
    for number in range(MAX_JOBS):
        sagemaker.create_training_job(**sleeping(f"within-{number}"))

    with pytest.raises(sagemaker.exceptions.ResourceLimitExceeded) as refusal:
        sagemaker.create_training_job(**sleeping("beyond"))

    message = refusal.value.response["Error"]["Message"]
    assert f"'ml.g5.xlarge for training job usage' is {MAX_JOBS} Instances" in message
    with pytest.raises(ClientError, match="Requested resource not found"):
        sagemaker.describe_training_job(TrainingJobName="beyond")


def test_a_stopped_job_ends_as_stopped(
    sagemaker: Any, sleeping: Callable[..., dict[str, Any]]
) -> None:
    sagemaker.create_training_job(**sleeping("halted"))
    wait_for_phase(sagemaker, "halted", "Training")

    sagemaker.stop_training_job(TrainingJobName="halted")

    described = wait_for_training(sagemaker, "halted")
    assert described["TrainingJobStatus"] == described["SecondaryStatus"] == "Stopped"
    with pytest.raises(ClientError, match="is in status Stopped"):
        sagemaker.stop_training_job(TrainingJobName="halted")


def test_a_job_over_its_time_limit_is_stopped(
    sagemaker: Any, sleeping: Callable[..., dict[str, Any]]
) -> None:
    sagemaker.create_training_job(**sleeping("late", StoppingCondition={"MaxRuntimeInSeconds": 1}))

    described = wait_for_training(sagemaker, "late")

    assert described["TrainingJobStatus"] == "Stopped"
    assert described["SecondaryStatus"] == "MaxRuntimeExceeded"


def test_checkpoints_outlive_the_job_and_the_next_one_resumes(s3: Any, sagemaker: Any) -> None:
    script = """
import os, pathlib
folder = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints")
steps = sorted(int(path.name) for path in folder.iterdir())
print("found", steps, flush=True)
(folder / str(len(steps))).write_text("step")
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "steps.txt").write_text(str(steps))
"""
    code = put_code(s3, "resumes", script)
    checkpoints = {"S3Uri": f"s3://{BUCKET}/resumes/checkpoints/"}
    for name in ("resumes-1", "resumes-2"):
        sagemaker.create_training_job(**training_request(name, code, CheckpointConfig=checkpoints))
        assert wait_for_training(sagemaker, name)["TrainingJobStatus"] == "Completed"

    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix="resumes/checkpoints/")["Contents"]
    assert [each["Key"] for each in listed] == [f"resumes/checkpoints/{step}" for step in (0, 1)]


def test_checkpoints_are_in_s3_while_the_job_runs(
    s3: Any, sagemaker: Any, sleeping: Callable[..., dict[str, Any]]
) -> None:
    request = sleeping("saves", CheckpointConfig={"S3Uri": f"s3://{BUCKET}/saves/checkpoints"})
    script = """
import os, pathlib, time
pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints", "one").write_text("step")
time.sleep(600)
"""
    put_code(s3, "saves", script)
    sagemaker.create_training_job(**request)

    wait_for_object(s3, "saves/checkpoints/one")

    assert wait_for_phase(sagemaker, "saves", "Training")["TrainingJobStatus"] == "InProgress"


def test_an_isolated_job_has_no_credentials_and_no_hub(s3: Any, sagemaker: Any) -> None:
    script = """
import json, os, pathlib
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "env.json").write_text(json.dumps(dict(os.environ)))
"""
    code = put_code(s3, "isolated", script)
    sagemaker.create_training_job(
        **training_request("isolated", code, Environment={"PURPOSE": "test"})
    )
    assert wait_for_training(sagemaker, "isolated")["TrainingJobStatus"] == "Completed"

    key = "isolated/output/isolated/output/output.tar.gz"
    content = io.BytesIO(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    with tarfile.open(fileobj=content) as archive:
        environment = json.loads(archive.extractfile("env.json").read())

    assert environment["HF_HUB_OFFLINE"] == "1"
    assert environment["PURPOSE"] == "test"
    assert environment["TRAINING_JOB_NAME"] == "isolated"
    secrets = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "HF_TOKEN")
    assert not [name for name in secrets if name in environment]


def test_a_channel_without_objects_is_refused(s3: Any, sagemaker: Any) -> None:
    request = training_request("empty", put_code(s3, "empty", "pass"))
    request["InputDataConfig"].append(channel("config", f"s3://{BUCKET}/nothing/here/"))

    with pytest.raises(ClientError, match="No S3 objects found under S3 URL") as refusal:
        sagemaker.create_training_job(**request)

    assert refusal.value.response["Error"]["Code"] == "ValidationException"


def test_a_trial_component_carries_parameters_and_metrics(s3: Any, sagemaker: Any) -> None:
    from sagemaker.core.analytics import ExperimentAnalytics

    class Session:
        sagemaker_client = sagemaker

    sagemaker.create_experiment(ExperimentName="attached-experiment")
    code = put_code(s3, "attached", SUCCEED)
    for model in ("bert", "roberta"):
        trial = f"attached-{model}"
        sagemaker.create_trial(TrialName=trial, ExperimentName="attached-experiment")
        request = training_request(
            trial,
            code,
            ExperimentConfig={
                "ExperimentName": "attached-experiment",
                "TrialName": trial,
                "TrialComponentDisplayName": "Training",
            },
        )
        request["HyperParameters"]["model_name"] = model
        request["AlgorithmSpecification"]["MetricDefinitions"] = METRICS
        sagemaker.create_training_job(**request)
        wait_for_training(sagemaker, trial)

    table = ExperimentAnalytics("attached-experiment", sagemaker_session=Session()).dataframe()

    assert set(table["model_name"]) == {"bert", "roberta"}
    assert set(table["DisplayName"]) == {"Training"}
    statistics = ("Min", "Max", "Avg", "StdDev", "Last", "Count")
    row = [table[f"validation:loss - {name}"].iloc[0] for name in statistics]
    assert row == [0.25, 0.5, 0.375, 0.125, 0.25, 2]


def test_an_experiment_config_must_name_what_exists(s3: Any, sagemaker: Any) -> None:
    config = {"ExperimentName": "nowhere", "TrialName": "nowhere"}
    request = training_request("lost", put_code(s3, "lost", "pass"), ExperimentConfig=config)

    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.create_training_job(**request)


def test_an_experiment_is_created_once(sagemaker: Any) -> None:
    sagemaker.create_experiment(ExperimentName="only-once")

    with pytest.raises(ClientError, match="already exists"):
        sagemaker.create_experiment(ExperimentName="only-once")


def test_jobs_are_listed_newest_first(s3: Any, sagemaker: Any) -> None:
    code = put_code(s3, "listed", "pass")
    for name in ("listed-1", "listed-2"):
        sagemaker.create_training_job(**training_request(name, code))
        wait_for_training(sagemaker, name)

    found = sagemaker.list_training_jobs(NameContains="listed-")["TrainingJobSummaries"]

    assert [each["TrainingJobName"] for each in found] == ["listed-2", "listed-1"]


def test_jobs_are_listed_page_by_page(s3: Any, sagemaker: Any) -> None:
    code = put_code(s3, "paged", "pass")
    for name in ("paged-1", "paged-2", "paged-3"):
        sagemaker.create_training_job(**training_request(name, code))
        wait_for_training(sagemaker, name)

    pages = sagemaker.get_paginator("list_training_jobs").paginate(
        NameContains="paged-", PaginationConfig={"PageSize": 2}
    )
    found = [[each["TrainingJobName"] for each in page["TrainingJobSummaries"]] for page in pages]

    assert found == [["paged-3", "paged-2"], ["paged-1"]]
