"""Processing jobs on the emulator, run for real."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.local_jobs import BUCKET, processing_request, wait_for_processing


def put_script(s3: Any, name: str, script: str) -> str:
    s3.put_object(Bucket=BUCKET, Key=f"{name}/code/prepare.py", Body=script.encode())
    return f"s3://{BUCKET}/{name}/code/"


def run(s3: Any, sagemaker: Any, name: str, script: str, **changes: Any) -> Any:
    """The description of an ended job that ran this script."""
    request = processing_request(name, put_script(s3, name, script), **changes)
    sagemaker.create_processing_job(**request)
    return wait_for_processing(sagemaker, name)


def test_outputs_are_uploaded_at_the_end(s3: Any, sagemaker: Any) -> None:
    script = """
import pathlib, sys
output = pathlib.Path(sys.argv[sys.argv.index("--output") + 1])
(output / "models" / "one").mkdir(parents=True)
(output / "models" / "one" / "config.json").write_text("{}")
(output / "manifest.json").write_text("[]")
"""
    described = run(s3, sagemaker, "outputs", script)

    assert described["ProcessingJobStatus"] == "Completed"
    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix="outputs/prepared/")["Contents"]
    expected = ["outputs/prepared/manifest.json", "outputs/prepared/models/one/config.json"]
    assert [each["Key"] for each in listed] == expected


def test_the_job_has_its_roles_credentials_and_its_environment(s3: Any, sagemaker: Any) -> None:
    script = f"""
import boto3, os
assert os.environ["HF_ENDPOINT"] == "http://hub.example"
boto3.client("s3").put_object(Bucket="{BUCKET}", Key="connected/written", Body=b"1")
"""
    environment = {"HF_ENDPOINT": "http://hub.example"}
    described = run(s3, sagemaker, "connected", script, Environment=environment)

    assert described["ProcessingJobStatus"] == "Completed"
    assert s3.get_object(Bucket=BUCKET, Key="connected/written")["Body"].read() == b"1"


def test_a_crash_fails_the_job_with_its_exit_message(s3: Any, sagemaker: Any) -> None:
    script = """
import os, pathlib, sys
pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "output", "message").write_text("No disk space.")
sys.exit(4)
"""
    described = run(s3, sagemaker, "crash", script)

    assert described["ProcessingJobStatus"] == "Failed"
    assert described["ExitMessage"] == "No disk space."
    reason = "AlgorithmError: See job logs for more information, exit code: 4"
    assert described["FailureReason"] == reason
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET, Prefix="crash/prepared/")


def test_an_input_without_objects_fails_the_job(s3: Any, sagemaker: Any) -> None:
    sagemaker.create_processing_job(**processing_request("no-input", f"s3://{BUCKET}/absent/"))

    described = wait_for_processing(sagemaker, "no-input")

    assert described["ProcessingJobStatus"] == "Failed"
    assert "No S3 objects found under S3 URL" in described["FailureReason"]


def test_a_job_over_its_time_limit_is_stopped(s3: Any, sagemaker: Any) -> None:
    limit = {"MaxRuntimeInSeconds": 1}
    described = run(s3, sagemaker, "slow", "import time; time.sleep(600)", StoppingCondition=limit)

    assert described["ProcessingJobStatus"] == "Stopped"


def test_a_job_that_does_not_exist_is_not_found(sagemaker: Any) -> None:
    with pytest.raises(ClientError, match="Requested resource not found"):
        sagemaker.describe_processing_job(ProcessingJobName="never")
