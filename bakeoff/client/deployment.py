"""The deployed stack, as its outputs describe it to a client."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore import exceptions as aws

from bakeoff.client.aws_errors import LOCALLY, error_code
from bakeoff.errors import ServiceError
from bakeoff.settings import ComputeSettings, EndpointSettings, PredictionSettings

DEFAULT_STACK = "Bakeoff"
STACK_VARIABLE = "BAKEOFF_STACK"


@dataclass(frozen=True)
class Deployment:
    """The outputs of the stack that a client needs."""

    bucket: str
    state_machine_arn: str
    compute: ComputeSettings | None = None
    """None if an older version is deployed, which has no such output."""
    run_retention_days: int | None = None
    """Days after which uploads expire; None as above."""
    compare_function_arn: str | None = None
    """None as above."""
    endpoints: EndpointSettings | None = None
    """None as above."""
    predictions: PredictionSettings | None = None
    """None as above."""
    deployed_at: datetime | None = None
    """When the stack was created or last changed; None if that is not known."""


def find_deployment(cloudformation: Any, stack: str) -> Deployment:
    """Reads the stack's outputs. Raises ServiceError if there is no such stack."""
    try:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except aws.ClientError as error:
        if error_code(error) != "ValidationError":
            raise
        raise ServiceError(_not_deployed(stack, cloudformation.meta.region_name)) from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
    try:
        bucket, machine = outputs["BucketName"], outputs["StateMachineArn"]
    except KeyError as error:
        raise ServiceError(
            f"The stack {stack} has no output {error}: deploy it again with `make deploy`."
        ) from error
    compute, days = outputs.get("ComputeSettings"), outputs.get("RunRetentionDays")
    endpoints = outputs.get("EndpointSettings")
    predictions = outputs.get("PredictionSettings")
    return Deployment(
        bucket,
        machine,
        compute=None if compute is None else ComputeSettings.model_validate_json(compute),
        run_retention_days=None if days is None else int(days),
        compare_function_arn=outputs.get("CompareFunctionArn"),
        endpoints=None if endpoints is None else EndpointSettings.model_validate_json(endpoints),
        predictions=(
            None if predictions is None else PredictionSettings.model_validate_json(predictions)
        ),
        deployed_at=found.get("LastUpdatedTime") or found.get("CreationTime"),
    )


def _not_deployed(stack: str, region: str) -> str:
    return (
        f"No stack {stack} in {region}: deploy it with `make deploy`, choose its region with "
        f"AWS_REGION or its name with {STACK_VARIABLE}, or {LOCALLY}."
    )
