import subprocess
import tarfile
from pathlib import PurePosixPath

import pytest

from bakeoff.jobs.processing_job import processing_job
from tests.support.run_samples import RUN, resolved_with, settings_with
from tests.support.service_model import violations

KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-aaaa-4bbb-8ccc-00000000000"
ROLE = "arn:aws:iam::111122223333:role/BakeoffSageMaker"


def job_with(resolved=None, **settings):
    chosen = settings_with(**settings)
    return processing_job(resolved or resolved_with(chosen), chosen)


def test_the_request_is_one_that_sagemaker_takes():
    assert violations("CreateProcessingJob", job_with()) == []


def test_the_largest_request_is_one_that_sagemaker_takes():
    job = job_with(
        resolved_with(name="n" * 64),
        hub_token_secret_arn="arn:aws:secretsmanager:eu-central-1:111122223333:secret:" + "s" * 180,
        hub_endpoint="https://hub.example.com/" + "x" * 200,
        subnet_ids=",".join(f"subnet-{number}" for number in range(16)),
        security_group_ids=",".join(f"sg-{number}" for number in range(5)),
        allow_remote_code="true",
    )
    assert violations("CreateProcessingJob", job) == []
    assert all(len(value) <= 256 for value in job["Environment"].values())
    for part in ("ContainerEntrypoint", "ContainerArguments"):
        assert all(len(a) <= 256 for a in job["AppSpecification"][part])


def test_the_container_unpacks_the_code_and_runs_prepare_py(tmp_path):
    application = job_with()["AppSpecification"]
    *program, folder = application["ContainerEntrypoint"]
    assert folder == "/opt/ml/processing/input/code"
    script = tmp_path / "prepare.py"
    script.write_text("import sys; print(sys.path[0], *sys.argv, sep='|')")
    with tarfile.open(tmp_path / "sourcedir.tar.gz", "w:gz") as archive:
        archive.add(script, script.name)
    script.unlink()

    arguments = ["--request", "a request.json"]
    done = subprocess.run([*program, tmp_path, *arguments], capture_output=True, text=True)

    assert done.stdout.strip() == "|".join([str(tmp_path), str(script), *arguments]), done.stderr


def test_prepare_py_gets_the_request_and_its_folders():
    assert job_with()["AppSpecification"]["ContainerArguments"] == [
        "--request",
        "/opt/ml/processing/input/request/request.json",
        "--output",
        "/opt/ml/processing/output/prepared",
        "--cache",
        "/opt/ml/processing/output/prepared/.cache",
        "--store",
        "s3://bakeoff-bucket/cache/",
        "--progress",
        f"s3://bakeoff-bucket/runs/{RUN}/prepared/",
        "--max-age-days",
        "83",
    ]


def test_temporary_files_are_on_the_volume_that_the_setting_sizes():
    job = job_with()
    (output,) = job["ProcessingOutputConfig"]["Outputs"]
    arguments = job["AppSpecification"]["ContainerArguments"]
    cache = PurePosixPath(arguments[arguments.index("--cache") + 1])
    assert cache.is_relative_to(output["S3Output"]["LocalPath"])


@pytest.mark.parametrize(("retention", "max_age"), [("8", "1"), ("7", "0"), ("1", "0")])
def test_cache_entries_that_expire_while_jobs_run_are_not_reused(retention, max_age):
    arguments = job_with(run_retention_days=retention)["AppSpecification"]["ContainerArguments"]
    assert arguments[arguments.index("--max-age-days") + 1] == max_age


def test_the_longer_the_jobs_may_take_the_younger_the_cache_must_be():
    compute = {"max_runtime_seconds": 86_400, "max_parallel_jobs": 2}
    resolved = resolved_with(models=["m"], baselines=False, seeds=list(range(9)), compute=compute)
    arguments = job_with(resolved, run_retention_days="90")["AppSpecification"][
        "ContainerArguments"
    ]
    # Five rounds of two jobs, of up to two days each, and two days more.
    assert arguments[arguments.index("--max-age-days") + 1] == str(90 - (5 * 2 + 2))


def test_code_and_request_are_inputs_and_prepared_files_are_outputs():
    job = job_with()
    inputs = {entry["InputName"]: entry["S3Input"] for entry in job["ProcessingInputs"]}
    assert inputs["code"]["S3Uri"] == f"s3://bakeoff-bucket/runs/{RUN}/code/"
    assert inputs["code"]["LocalPath"] == "/opt/ml/processing/input/code"
    assert inputs["request"]["S3Uri"] == f"s3://bakeoff-bucket/runs/{RUN}/request.json"
    (output,) = job["ProcessingOutputConfig"]["Outputs"]
    assert output["S3Output"] == {
        "S3Uri": f"s3://bakeoff-bucket/runs/{RUN}/prepared/",
        "LocalPath": "/opt/ml/processing/output/prepared",
        "S3UploadMode": "EndOfJob",
    }


def test_the_hub_is_reachable_and_only_the_name_of_its_token_secret_is_passed():
    arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:hub"
    job = job_with(hub_token_secret_arn=arn, hub_endpoint="http://localhost:9")
    assert job["NetworkConfig"] == {"EnableNetworkIsolation": False}
    assert job["Environment"]["HUB_TOKEN_SECRET_ARN"] == arn
    assert job["Environment"]["HF_ENDPOINT"] == "http://localhost:9"
    assert job["Environment"]["ALLOW_REMOTE_CODE"] == "false"
    # Otherwise large files would come by a way without limits.
    assert job["Environment"]["HF_HUB_DISABLE_XET"] == "1"


def test_unset_settings_are_not_in_the_environment():
    environment = job_with()["Environment"]
    assert "HUB_TOKEN_SECRET_ARN" not in environment
    assert "HF_ENDPOINT" not in environment


def test_the_job_runs_in_the_vpc_if_there_is_one():
    job = job_with(subnet_ids="subnet-1", security_group_ids="sg-1")
    assert job["NetworkConfig"]["VpcConfig"]["Subnets"] == ["subnet-1"]


def test_machine_and_disk_are_those_of_the_request_and_the_deployment():
    resolved = resolved_with(compute={"processing_instance_type": "ml.g6.xlarge"})
    cluster = job_with(resolved)["ProcessingResources"]["ClusterConfig"]
    assert cluster == {
        "InstanceCount": 1,
        "InstanceType": "ml.g6.xlarge",
        "VolumeSizeInGB": 110,
    }
    assert job_with()["RoleArn"] == ROLE


def test_the_prepared_documents_and_the_disk_are_encrypted_with_the_deployments_keys():
    keys = {"bucket_kms_key_arn": f"{KEY}1", "volume_kms_key_arn": f"{KEY}2"}
    job = job_with(**keys)
    assert job["ProcessingOutputConfig"]["KmsKeyId"] == f"{KEY}1"
    assert job["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == f"{KEY}2"
    assert violations("CreateProcessingJob", job) == []
