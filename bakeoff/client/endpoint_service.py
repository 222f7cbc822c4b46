"""SageMaker's endpoints, their configurations and their models; errors leave as `ServiceError`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore import exceptions as aws

from bakeoff.client.aws_errors import error_code, translated

LOG_GROUP = "/aws/sagemaker/Endpoints"
_MOST_LINES = 20


@dataclass(frozen=True)
class Kind:
    """What belongs to an endpoint: itself, its configuration or its model."""

    word: str

    @property
    def name_field(self) -> str:
        return f"{self.word}Name"

    @property
    def arn_field(self) -> str:
        return f"{self.word}Arn"


ENDPOINT, CONFIG, MODEL = Kind("Endpoint"), Kind("EndpointConfig"), Kind("Model")


@dataclass(frozen=True)
class EndpointState:
    """`status` and `reason` are SageMaker's; the reason is empty unless it has failed."""

    name: str
    arn: str
    status: str
    reason: str
    created: datetime


class EndpointService:
    """Seen by someone who deploys models."""

    def __init__(self, sagemaker: Any, runtime: Any, logs: Any) -> None:
        self._sagemaker = sagemaker
        self._runtime = runtime
        self._logs = logs

    def create(self, kind: Kind, request: Mapping[str, Any]) -> None:
        with translated():
            self._call("create", kind)(**request)

    def describe(self, kind: Kind, name: str) -> dict[str, Any] | None:
        """SageMaker's description; None if there is nothing of that name."""
        with translated():
            try:
                return dict(self._call("describe", kind)(**{kind.name_field: name}))
            except aws.ClientError as error:
                if _is_missing(error):
                    return None
                raise

    def delete(self, kind: Kind, name: str) -> None:
        """It is no error if there is nothing of that name."""
        with translated():
            try:
                self._call("delete", kind)(**{kind.name_field: name})
            except aws.ClientError as error:
                if not _is_missing(error):
                    raise

    def state(self, name: str) -> EndpointState | None:
        """Of the endpoint; None if there is none."""
        found = self.describe(ENDPOINT, name)
        return None if found is None else _state(found)

    def states(self, name_contains: str) -> Iterator[EndpointState]:
        """Of every endpoint whose name contains the text, newest first."""
        pages = self._sagemaker.get_paginator("list_endpoints")
        with translated():
            for page in pages.paginate(NameContains=name_contains):
                yield from map(_state, page["Endpoints"])

    def tags(self, arn: str) -> dict[str, str]:
        pages = self._sagemaker.get_paginator("list_tags")
        with translated():
            return {
                tag["Key"]: tag["Value"]
                for page in pages.paginate(ResourceArn=arn)
                for tag in page["Tags"]
            }

    def ask(self, name: str, body: bytes, content_type: str) -> bytes:
        with translated():
            answer = self._runtime.invoke_endpoint(
                EndpointName=name, ContentType=content_type, Body=body
            )
            return bytes(answer["Body"].read())

    def last_lines(self, name: str) -> list[str]:
        """Of the endpoint's log, as far as it can be read."""
        group = f"{LOG_GROUP}/{name}"
        try:
            streams = self._logs.describe_log_streams(logGroupName=group)["logStreams"]
            return [
                event["message"]
                for stream in streams
                for event in self._logs.get_log_events(
                    logGroupName=group,
                    logStreamName=stream["logStreamName"],
                    limit=_MOST_LINES,
                    startFromHead=False,
                )["events"]
            ][-_MOST_LINES:]
        except (aws.ClientError, aws.BotoCoreError):
            return []

    def _call(self, verb: str, kind: Kind) -> Any:
        words = {ENDPOINT: "endpoint", CONFIG: "endpoint_config", MODEL: "model"}
        return getattr(self._sagemaker, f"{verb}_{words[kind]}")


def _state(found: Mapping[str, Any]) -> EndpointState:
    return EndpointState(
        name=found["EndpointName"],
        arn=found["EndpointArn"],
        status=found["EndpointStatus"],
        reason=found.get("FailureReason") or "",
        created=found["CreationTime"],
    )


def _is_missing(error: aws.ClientError) -> bool:
    message = error.response.get("Error", {}).get("Message", "")
    return error_code(error) == "ValidationException" and "could not find" in message.lower()
