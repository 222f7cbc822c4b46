"""The API's operations on models, endpoint configurations and endpoints."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.sagemaker.clients import Scope
from local.sagemaker.errors import ApiError, validation_error
from local.sagemaker.hosting.endpoint import Endpoint
from local.sagemaker.run_job import Surroundings
from local.sagemaker.validation import validate

Operation = Callable[[Scope, dict[str, Any]], dict[str, Any]]
_MAX_RESULTS = 100
_ERROR_STATUS = 400


@dataclass
class Stored:
    """A model or a configuration, which is no more than its request."""

    scope: Scope
    resource: str
    name: str
    request: Mapping[str, Any]
    tags: list[dict[str, str]]
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def arn(self) -> str:
        return self.scope.arn(f"{self.resource}/{self.name}")

    def describe(self, arn_field: str) -> dict[str, Any]:
        request = {name: value for name, value in self.request.items() if name != "Tags"}
        return {**request, arn_field: self.arn, "CreationTime": self.created}


class Hosting:
    """Everything that was created since the cloud was started."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._lock = threading.Lock()
        self._stored: dict[tuple[Scope, str, str], Stored] = {}
        self._endpoints: dict[tuple[Scope, str], Endpoint] = {}

    def operations(self) -> dict[str, Operation]:
        """By their names."""
        found: dict[str, Operation] = {
            "CreateEndpoint": self._create_endpoint,
            "DescribeEndpoint": lambda scope, request: self._endpoint(
                scope, request["EndpointName"]
            ).describe(),
            "DeleteEndpoint": self._delete_endpoint,
            "ListEndpoints": self._list_endpoints,
        }
        for word, resource in (("Model", "model"), ("EndpointConfig", "endpoint-config")):
            found |= self._stored_operations(word, resource)
        return {name: _validated(name, operation) for name, operation in found.items()}

    def find(self, scope: Scope, arn: str) -> Stored | Endpoint | None:
        """What has that ARN, if anything."""
        with self._lock:
            existing: list[Stored | Endpoint] = [*self._stored.values()]
            existing += self._endpoints.values()
        return next((each for each in existing if each.scope == scope and each.arn == arn), None)

    def invoke(
        self, scope: Scope, name: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """The response of InvokeEndpoint."""
        try:
            status, answer_headers, answer = self._endpoint(scope, name).invoke(headers, body)
        except ApiError as error:
            code = {"ValidationException": "ValidationError"}.get(error.code, error.code)
            return _refusal(_ERROR_STATUS, code, {"message": error.message})
        if status == 200:
            return 200, answer_headers, answer
        text = answer.decode(errors="replace")
        kind = "client" if status < 500 else "server"
        message = f'Received {kind} error ({status}) from primary with message "{text}".'
        details = {"OriginalStatusCode": status, "OriginalMessage": text, "Message": message}
        return _refusal(424, "ModelError", details)

    def _stored_operations(self, word: str, resource: str) -> dict[str, Operation]:
        name_field, arn_field = f"{word}Name", f"{word}Arn"

        def create(scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
            if word == "Model":
                self._surroundings.assume_role(request["ExecutionRoleArn"])
            new = Stored(scope, resource, request[name_field], request, request.get("Tags", []))
            with self._lock:
                if (scope, resource, new.name) in self._stored:
                    raise validation_error(
                        f'Cannot create already existing {resource} "{new.arn}".'
                    )
                self._stored[scope, resource, new.name] = new
            return {arn_field: new.arn}

        def delete(scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
            self._get(scope, resource, request[name_field])
            with self._lock:
                self._stored.pop((scope, resource, request[name_field]), None)
            return {}

        return {
            f"Create{word}": create,
            f"Describe{word}": lambda scope, request: self._get(
                scope, resource, request[name_field]
            ).describe(arn_field),
            f"Delete{word}": delete,
        }

    def _create_endpoint(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        config = self._get(scope, "endpoint-config", request["EndpointConfigName"]).request
        model = self._get(scope, "model", config["ProductionVariants"][0]["ModelName"]).request
        endpoint = Endpoint(scope, request, config, model, self._surroundings)
        with self._lock:
            if (scope, endpoint.name) in self._endpoints:
                raise validation_error(f'Cannot create already existing endpoint "{endpoint.arn}".')
            self._endpoints[scope, endpoint.name] = endpoint
        endpoint.start()
        return {"EndpointArn": endpoint.arn}

    def _delete_endpoint(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        self._endpoint(scope, request["EndpointName"]).stop()
        with self._lock:
            self._endpoints.pop((scope, request["EndpointName"]), None)
        return {}

    def _list_endpoints(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        part = request.get("NameContains", "")
        with self._lock:
            own = [each for key, each in self._endpoints.items() if key[0] == scope]
        found = [each.summary() for each in reversed(own) if part in each.name]
        start = int(request.get("NextToken", "0"))
        end = start + request.get("MaxResults", _MAX_RESULTS)
        following = {"NextToken": str(end)} if end < len(found) else {}
        return {"Endpoints": found[start:end], **following}

    def _get(self, scope: Scope, resource: str, name: str) -> Stored:
        with self._lock:
            found = self._stored.get((scope, resource, name))
        if found is None:
            raise validation_error(
                f'Could not find {resource} "{scope.arn(f"{resource}/{name}")}".'
            )
        return found

    def _endpoint(self, scope: Scope, name: str) -> Endpoint:
        with self._lock:
            found = self._endpoints.get((scope, name))
        if found is None:
            raise validation_error(f'Could not find endpoint "{scope.arn(f"endpoint/{name}")}".')
        return found


def _validated(name: str, operation: Operation) -> Operation:
    def answered(scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        validate(name, request)
        return operation(scope, request)

    return answered


def _refusal(
    status: int, code: str, content: Mapping[str, Any]
) -> tuple[int, dict[str, str], bytes]:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return status, headers, json.dumps(content).encode()
