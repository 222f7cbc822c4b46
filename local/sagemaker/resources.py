"""The resources that requests to SageMaker name, as policies know them."""

import json
import re

from local.sagemaker.clients import Scope

_RESOURCES = {
    "TrainingJob": ("training-job", "TrainingJobName"),
    "ProcessingJob": ("processing-job", "ProcessingJobName"),
    "Experiment": ("experiment", "ExperimentName"),
    "Trial": ("experiment-trial", "TrialName"),
    "TrialComponent": ("experiment-trial-component", "TrialComponentName"),
    "Model": ("model", "ModelName"),
    "EndpointConfig": ("endpoint-config", "EndpointConfigName"),
    "Endpoint": ("endpoint", "EndpointName"),
    "ModelPackageGroup": ("model-package-group", "ModelPackageGroupName"),
}
_INVOCATION = re.compile(r"/endpoints/([^/]+)/invocations")
_OPERATION = re.compile(r"(?:Create|Describe|Update|Stop|Delete)(\w+)")


def invoked_endpoint(path: str) -> str | None:
    """The endpoint that a request to this path asks; None if it is another operation."""
    match = _INVOCATION.fullmatch(path)
    return match[1] if match else None


def resource_of(operation: str, body: bytes, region: str, account: str) -> str:
    """The ARN of what the operation is about; `*` for lists and searches."""
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        request = {}
    group = request.get("ModelPackageGroupName", "")
    if operation == "CreateModelPackage":
        return Scope(account, region).arn(f"model-package/{group}/*")
    if operation == "ListModelPackages":
        return Scope(account, region).arn(f"model-package-group/{group}")
    match = _OPERATION.fullmatch(operation)
    if match is None or match[1] not in _RESOURCES:
        return str(request.get("ResourceArn", "*"))
    resource, field = _RESOURCES[match[1]]
    return Scope(account, region).arn(f"{resource}/{request.get(field, '')}")
