"""Requests for jobs, and the scripts that they run."""

import gzip
import io
import json
import tarfile
import time
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError

BUCKET = "local-jobs"
ROLE = "arn:aws:iam::123456789012:role/sagemaker"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/training:1"
_WAIT_SECONDS = 60
FINAL = ("Completed", "Failed", "Stopped")


def prepare(make_client: Callable[[str], Any]) -> None:
    """Create the bucket, and a role for each service that acts for one; they may do anything."""
    make_client("s3").create_bucket(Bucket=BUCKET)
    for service in ("lambda", "sagemaker", "states"):
        create_role(make_client("iam"), service, [{"Action": "*", "Resource": "*"}])


def create_role(
    iam: Any, service: str, allowed: Sequence[dict[str, Any]], name: str | None = None
) -> None:
    """Create a role, by default named like the service that it trusts."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    name = name or service
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy([trust]))
    statements = [{"Effect": "Allow", **statement} for statement in allowed]
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=_policy(statements))


def _policy(statements: Sequence[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def put_code(s3: Any, name: str, script: str) -> str:
    """Put a script into S3 as a code channel; returns the channel's URI."""
    content = io.BytesIO()
    # Without the time, so that equal scripts are equal inputs.
    with (
        gzip.GzipFile(fileobj=content, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as archive,
    ):
        member = tarfile.TarInfo("train.py")
        member.size = len(script.encode())
        archive.addfile(member, io.BytesIO(script.encode()))
    s3.put_object(Bucket=BUCKET, Key=f"{name}/code/sourcedir.tar.gz", Body=content.getvalue())
    return f"s3://{BUCKET}/{name}/code/"


def channel(name: str, uri: str) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def training_request(name: str, code: str, **changes: Any) -> dict[str, Any]:
    """A complete CreateTrainingJob request."""
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "HyperParameters": {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": "/opt/ml/input/data/code/sourcedir.tar.gz",
            "sagemaker_region": "us-east-1",
        },
        "InputDataConfig": [channel("code", code)],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/{name}/output"},
        "ResourceConfig": {
            "InstanceType": "ml.g5.xlarge",
            "InstanceCount": 1,
            "VolumeSizeInGB": 30,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 300},
        "EnableNetworkIsolation": True,
        **changes,
    }


def processing_request(name: str, script_uri: str, **changes: Any) -> dict[str, Any]:
    """A complete CreateProcessingJob request with one input and one output."""
    root = "/opt/ml/processing"
    source = {
        "S3Uri": script_uri,
        "LocalPath": f"{root}/input/code",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
    }
    target = {
        "S3Uri": f"s3://{BUCKET}/{name}/prepared",
        "LocalPath": f"{root}/output/prepared",
        "S3UploadMode": "EndOfJob",
    }
    return {
        "ProcessingJobName": name,
        "RoleArn": ROLE,
        "AppSpecification": {
            "ImageUri": IMAGE,
            "ContainerEntrypoint": ["python3", f"{root}/input/code/prepare.py"],
            "ContainerArguments": ["--output", f"{root}/output/prepared"],
        },
        "ProcessingInputs": [{"InputName": "code", "S3Input": source}],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "prepared", "S3Output": target}]},
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.xlarge",
                "VolumeSizeInGB": 30,
            }
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 300},
        **changes,
    }


def wait_for_training(sagemaker: Any, name: str, statuses: tuple[str, ...] = FINAL) -> Any:
    """The job's description once its status is one of these."""
    return _wait(
        lambda: sagemaker.describe_training_job(TrainingJobName=name), "TrainingJobStatus", statuses
    )


def wait_for_phase(sagemaker: Any, name: str, phase: str) -> Any:
    """The job's description once it exists and has got to this secondary status."""

    def describe() -> Any:
        try:
            return sagemaker.describe_training_job(TrainingJobName=name)
        except ClientError as error:
            assert "Requested resource not found" in str(error)
            return {}

    return _wait(describe, "SecondaryStatus", (phase,))


def wait_for_processing(sagemaker: Any, name: str) -> Any:
    """The job's description once it has ended."""
    return _wait(
        lambda: sagemaker.describe_processing_job(ProcessingJobName=name),
        "ProcessingJobStatus",
        FINAL,
    )


def wait_for_object(s3: Any, key: str) -> None:
    """Wait until the object is there."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while not s3.list_objects_v2(Bucket=BUCKET, Prefix=key).get("Contents"):
        assert time.monotonic() < deadline, f"{key} did not come"
        time.sleep(0.1)


def _wait(describe: Any, field: str, wanted: tuple[str, ...]) -> Any:
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        described = describe()
        if described.get(field) in wanted:
            return described
        assert time.monotonic() < deadline, f"still {described.get(field)}"
        time.sleep(0.1)
