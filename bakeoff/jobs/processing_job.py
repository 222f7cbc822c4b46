"""The SageMaker processing job that prepares the data set and the models."""

import math
from typing import Any

from bakeoff import layout
from bakeoff.jobs.instances import num_trainings, volume_key
from bakeoff.names import processing_job_name
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.settings import ServiceSettings

CODE_FOLDER = "/opt/ml/processing/input/code"
REQUEST_FOLDER = "/opt/ml/processing/input/request"
PREPARED_FOLDER = "/opt/ml/processing/output/prepared"
# Only the folders of inputs and outputs are sure to be on the volume that `processing_volume_gb`
# sizes. The script leaves nothing in this one to be uploaded.
CACHE_FOLDER = f"{PREPARED_FOLDER}/.cache"

# $0 is the folder with the code, which comes as one archive: the image's toolkit, which unpacks it
# for training jobs, does not run here.
_UNPACK_AND_PREPARE = 'tar -xzf "$0/sourcedir.tar.gz" -C "$0" && exec python3 "$0/prepare.py" "$@"'

# Cached objects must outlive the last training job that reads them.
_SHORTEST_CACHE_MARGIN_DAYS = 7
_SECONDS_PER_DAY = 24 * 3600


def _cache_margin_days(resolved: ResolvedRequest) -> int:
    """Days within which all training jobs have started, even if each runs to its time limit and
    waits as long again for spot capacity."""
    compute = resolved.compute
    rounds = math.ceil(num_trainings(resolved) / compute.max_parallel_jobs)
    days = 2 * rounds * compute.max_runtime_seconds / _SECONDS_PER_DAY
    return max(_SHORTEST_CACHE_MARGIN_DAYS, math.ceil(days) + 2)


def processing_job(resolved: ResolvedRequest, settings: ServiceSettings) -> dict[str, Any]:
    """The complete CreateProcessingJob request."""
    run = resolved.run
    return {
        "ProcessingJobName": processing_job_name(resolved.name, run),
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": resolved.compute.processing_instance_type,
                "VolumeSizeInGB": settings.processing_volume_gb,
                **volume_key(settings, resolved.compute.processing_instance_type),
            }
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": resolved.compute.max_preparation_seconds},
        "AppSpecification": {
            "ImageUri": settings.training_image,
            # The image's own entry point is for training jobs.
            "ContainerEntrypoint": ["/bin/sh", "-c", _UNPACK_AND_PREPARE, CODE_FOLDER],
            "ContainerArguments": [
                "--request",
                f"{REQUEST_FOLDER}/request.json",
                "--output",
                PREPARED_FOLDER,
                "--cache",
                CACHE_FOLDER,
                "--store",
                layout.s3_uri(settings.bucket, layout.CACHE_PREFIX),
                "--progress",
                layout.s3_uri(settings.bucket, layout.prepared_prefix(run)),
                "--max-age-days",
                str(max(settings.run_retention_days - _cache_margin_days(resolved), 0)),
            ],
        },
        "RoleArn": settings.sagemaker_role_arn,
        "ProcessingInputs": [
            _input("code", settings.bucket, layout.code_prefix(run), CODE_FOLDER),
            _input("request", settings.bucket, layout.resolved_request_key(run), REQUEST_FOLDER),
        ],
        "ProcessingOutputConfig": {
            "Outputs": [_output(settings.bucket, run)],
            **settings.bucket_key,
        },
        "Environment": _environment(settings),
        "NetworkConfig": _network(settings),
        "Tags": settings.tags_of(resolved.name, run),
    }


def _input(name: str, bucket: str, key: str, folder: str) -> dict[str, Any]:
    return {
        "InputName": name,
        "S3Input": {
            "S3Uri": layout.s3_uri(bucket, key),
            "LocalPath": folder,
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "FullyReplicated",
        },
    }


def _output(bucket: str, run: str) -> dict[str, Any]:
    return {
        "OutputName": "prepared",
        "S3Output": {
            "S3Uri": layout.s3_uri(bucket, layout.prepared_prefix(run)),
            "LocalPath": PREPARED_FOLDER,
            "S3UploadMode": "EndOfJob",
        },
    }


def _environment(settings: ServiceSettings) -> dict[str, str]:
    environment = {
        "AWS_DEFAULT_REGION": settings.aws_region,
        "ALLOW_REMOTE_CODE": str(settings.allow_remote_code).lower(),
        # Its transfers have no limits of time, and their content is not checked by our code.
        "HF_HUB_DISABLE_XET": "1",
    }
    # The secret's name, never the token: anyone who may describe the job can read its environment.
    if settings.hub_token_secret_arn:
        environment["HUB_TOKEN_SECRET_ARN"] = settings.hub_token_secret_arn
    if settings.hub_endpoint:
        environment["HF_ENDPOINT"] = settings.hub_endpoint
    return environment


def _network(settings: ServiceSettings) -> dict[str, Any]:
    # The only job that talks to the hub.
    network: dict[str, Any] = {"EnableNetworkIsolation": False}
    if settings.vpc_config is not None:
        network["VpcConfig"] = settings.vpc_config
    return network
