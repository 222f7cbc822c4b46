"""The SageMaker API as an HTTP handler: jobs and endpoints are ours, moto answers all others."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from local.sagemaker.clients import Scope
from local.sagemaker.errors import ApiError, validation_error
from local.sagemaker.experiments import Experiments
from local.sagemaker.hosting.endpoint import Endpoint
from local.sagemaker.hosting.hosting import Hosting, Stored
from local.sagemaker.job import PROCESSING, TRAINING, Job, JobKind
from local.sagemaker.moto_backend import forward
from local.sagemaker.service import Jobs, new_request_id
from local.sagemaker.validation import validate

_MAX_RESULTS = 100
# Where the caller passes a role to SageMaker.
_ROLE_FIELDS = {
    "CreateModel": "ExecutionRoleArn",
    "CreateProcessingJob": "RoleArn",
    "CreateTrainingJob": "RoleArn",
}

Answer = tuple[int, dict[str, str], bytes]
_Handler = Callable[[Scope, dict[str, Any]], dict[str, Any]]


class Api:
    """Answers requests of the AWS JSON protocol."""

    def __init__(self, jobs: Jobs, experiments: Experiments, hosting: Hosting) -> None:
        self._jobs = jobs
        self._experiments = experiments
        self._hosting = hosting
        self._handlers: dict[str, _Handler] = {
            "DescribeTrialComponent": self._describe_component,
            **hosting.operations(),
        }
        for kind in (TRAINING, PROCESSING):
            self._handlers |= {
                f"Create{kind.word}Job": self._for(kind, self._create),
                f"Describe{kind.word}Job": self._for(kind, self._describe),
                f"Stop{kind.word}Job": self._for(kind, self._stop),
                f"List{kind.word}Jobs": self._for(kind, self._list),
            }
        self._checks: dict[str, Callable[[Scope, Mapping[str, Any]], None]] = {
            "CreateExperiment": experiments.check_new_experiment,
            "DescribeExperiment": experiments.check_experiment,
            "CreateTrial": experiments.check_new_trial,
            # moto keeps the Model Registry, and does not look at most of a package.
            "CreateModelPackageGroup": lambda scope, request: None,
            "CreateModelPackage": lambda scope, request: None,
        }

    def answer(
        self, operation: str, scope: Scope, body: bytes, check_passing: Callable[[str], None]
    ) -> Answer:
        """Status, headers and body of the response.

        `check_passing` raises ApiError unless the caller may pass the role with this ARN.
        """
        try:
            request = json.loads(body or b"{}")
            role = request.get(_ROLE_FIELDS.get(operation, ""))
            if role is not None:
                check_passing(role)
            handler = self._handler_of(operation, request, scope)
            if handler is not None:
                return _response(200, handler(scope, request))
            if operation in self._checks:
                validate(operation, request)
                self._checks[operation](scope, request)
            return forward(operation, scope, body)
        except ApiError as error:
            return _response(400, {"__type": error.code, "message": error.message})
        except json.JSONDecodeError as error:
            return _response(400, {"__type": "SerializationException", "message": str(error)})

    def invoke(self, name: str, scope: Scope, headers: Mapping[str, str], body: bytes) -> Answer:
        """The response of InvokeEndpoint, which is an API of its own."""
        return self._hosting.invoke(scope, name, headers, body)

    def _handler_of(
        self, operation: str, request: Mapping[str, Any], scope: Scope
    ) -> _Handler | None:
        if operation == "Search" and request.get("Resource") == "ExperimentTrialComponent":
            return self._experiments_search
        if operation in ("AddTags", "ListTags") and self._tagged(scope, request):
            return self._tag
        return self._handlers.get(operation)

    def _for(
        self, kind: JobKind, handler: Callable[[JobKind, Scope, dict[str, Any]], dict[str, Any]]
    ) -> _Handler:
        return lambda scope, request: handler(kind, scope, request)

    def _create(self, kind: JobKind, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        return {kind.arn_field: self._jobs.create(kind, scope, request).arn}

    def _describe(self, kind: JobKind, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        validate(f"Describe{kind.word}Job", request)
        return self._jobs.get(kind, scope, request[kind.name_field]).describe()

    def _stop(self, kind: JobKind, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        validate(f"Stop{kind.word}Job", request)
        self._jobs.stop(kind, scope, request[kind.name_field])
        return {}

    def _list(self, kind: JobKind, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        validate(f"List{kind.word}Jobs", request)
        wanted, part = request.get("StatusEquals"), request.get("NameContains", "")
        found = [
            job.summary()
            for job in self._jobs.of_kind(kind, scope)
            if part in job.name and wanted in (None, job.status)
        ]
        # The token is the index at which the next page starts, as text.
        start = int(request.get("NextToken", "0"))
        end = start + request.get("MaxResults", _MAX_RESULTS)
        following = {"NextToken": str(end)} if end < len(found) else {}
        return {f"{kind.word}JobSummaries": found[start:end], **following}

    def _tag(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        found = self._tagged(scope, request)
        if found is None:
            raise validation_error("Requested resource not found.")
        new = request.get("Tags", [])
        keys = {tag["Key"] for tag in new}
        found.tags = [tag for tag in found.tags if tag["Key"] not in keys] + new
        return {"Tags": found.tags}

    def _tagged(self, scope: Scope, request: Mapping[str, Any]) -> Job | Stored | Endpoint | None:
        arn = request.get("ResourceArn", "")
        return self._jobs.find(scope, arn) or self._hosting.find(scope, arn)

    def _describe_component(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        validate("DescribeTrialComponent", request)
        return self._experiments.describe_component(scope, request)

    def _experiments_search(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        validate("Search", request)
        return self._experiments.search(scope, request)


def _response(status: int, content: Mapping[str, Any]) -> Answer:
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": new_request_id()}
    if status != 200:
        headers["x-amzn-ErrorType"] = str(content["__type"])
    return status, headers, json.dumps(content, default=_epoch_seconds).encode()


def _epoch_seconds(value: Any) -> float:
    if isinstance(value, datetime):
        return round(value.timestamp(), 3)
    raise TypeError(f"{type(value).__name__} cannot be part of a response")
