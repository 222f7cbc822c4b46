"""The complete requests that create an endpoint: of the model, its configuration, itself."""

from dataclasses import dataclass
from typing import Any

from bakeoff import layout
from bakeoff.endpoint.hardware import Hardware, Serverless
from bakeoff.jobs.instances import has_local_disks
from bakeoff.names import endpoint_name
from bakeoff.settings import EndpointSettings, tags_of
from bakeoff.summary.document import Summary
from bakeoff.summary.kept_model import KeptModel

VARIANT = "AllTraffic"
_PROGRAM = {
    # The model's own code, in the archive.
    "SAGEMAKER_PROGRAM": "inference.py",
    "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    # Each worker would hold the model once more.
    "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
    # Bounds the loading of the model, too.
    "SAGEMAKER_MODEL_SERVER_TIMEOUT": "600",
    "HF_HUB_OFFLINE": "1",
}
_DOWNLOAD_SECONDS = 1800
_START_SECONDS = 900


@dataclass(frozen=True)
class EndpointPlan:
    """An endpoint, its configuration and its model, which all have the same name."""

    name: str
    model: dict[str, Any]
    config: dict[str, Any]
    endpoint: dict[str, Any]


def endpoint_plan(
    summary: Summary, kept: KeptModel, bucket: str, hardware: Hardware, settings: EndpointSettings
) -> EndpointPlan:
    """The endpoint of a run's kept model."""
    run = summary.provenance
    name = endpoint_name(settings.project_tag, run.name)
    tags = tags_of(settings.project_tag, run.name, run.run, kept.candidate)
    archive = layout.s3_uri(bucket, layout.archived_key(run.name, run.run, kept.file))
    return EndpointPlan(
        name=name,
        model={
            "ModelName": name,
            "ExecutionRoleArn": settings.role_arn,
            "PrimaryContainer": {
                "Image": settings.gpu_image if hardware.uses_gpu else settings.cpu_image,
                "ModelDataUrl": archive,
                "Environment": container_environment(allow_remote_code=settings.allow_remote_code),
            },
            "Tags": tags,
            **_network(hardware, settings),
        },
        config={
            "EndpointConfigName": name,
            "ProductionVariants": [{"VariantName": VARIANT, "ModelName": name, **_size(hardware)}],
            "Tags": tags,
            **_key(hardware, settings),
        },
        endpoint={"EndpointName": name, "EndpointConfigName": name, "Tags": tags},
    )


def container_environment(*, allow_remote_code: bool) -> dict[str, str]:
    """The variables of a container that answers with a kept model."""
    allowed = {"BAKEOFF_ALLOW_REMOTE_CODE": "true"} if allow_remote_code else {}
    return {**_PROGRAM, **allowed}


def _network(hardware: Hardware, settings: EndpointSettings) -> dict[str, Any]:
    """The container needs no network. Serverless endpoints know neither isolation nor a VPC."""
    if isinstance(hardware, Serverless):
        return {}
    vpc = settings.vpc_config
    return {"EnableNetworkIsolation": True} | ({} if vpc is None else {"VpcConfig": vpc})


def _size(hardware: Hardware) -> dict[str, Any]:
    if isinstance(hardware, Serverless):
        config = {"MemorySizeInMB": hardware.memory_mb, "MaxConcurrency": 5}
        return {"ServerlessConfig": config}
    return {
        "InstanceType": hardware.instance_type,
        "InitialInstanceCount": 1,
        "ModelDataDownloadTimeoutInSeconds": _DOWNLOAD_SECONDS,
        "ContainerStartupHealthCheckTimeoutInSeconds": _START_SECONDS,
    }


def _key(hardware: Hardware, settings: EndpointSettings) -> dict[str, str]:
    key = settings.volume_kms_key_arn
    has_volume = not isinstance(hardware, Serverless) and not has_local_disks(str(hardware))
    return {"KmsKeyId": key} if key and has_volume else {}
