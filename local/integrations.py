"""What a task of a state machine asks AWS for, in the words of policies."""

import json
import re
from typing import Any

from local.rights import Call
from local.sagemaker.clients import Scope
from local.sagemaker.resources import resource_of

_CREATE_JOB = re.compile(r"sagemaker:create(Training|Processing)Job(\.sync)?$")
_SAGEMAKER_ERROR = "SageMaker.AmazonSageMakerException"
_OF_SDK = re.compile(r"aws-sdk:(\w+):(\w+)")


def calls_of(resource: str, arguments: Any, scope: Scope) -> tuple[list[Call], str]:
    """The calls, and the error with which the task fails if the role may not make them."""
    integration = resource.partition(":states:::")[2]
    if integration.startswith("lambda:invoke"):
        call = Call("lambda:InvokeFunction", arguments["FunctionName"])
        return [call], "Lambda.AWSLambdaException"
    if integration.startswith("events:putEvents"):
        bus = f"arn:aws:events:{scope.region}:{scope.account}:event-bus"
        buses = {entry.get("EventBusName", "default") for entry in arguments["Entries"]}
        return [Call("events:PutEvents", f"{bus}/{name}") for name in buses], "EventBridge.Failure"
    if match := _CREATE_JOB.search(integration):
        return _job_calls(match[1], bool(match[2]), arguments, scope), _SAGEMAKER_ERROR
    if match := _OF_SDK.match(integration):
        service, operation = match[1], match[2][0].upper() + match[2][1:]
        named = "*"
        if service == "sagemaker":
            body = json.dumps(arguments, default=str).encode()
            named = resource_of(operation, body, scope.region, scope.account)
        return [Call(f"{service}:{operation}", named)], f"{service.capitalize()}.AccessDenied"
    return [], ""


def _job_calls(kind: str, is_followed: bool, arguments: Any, scope: Scope) -> list[Call]:
    """Of a request for a job; one that is followed to its end is described as well."""
    name = arguments[f"{kind}JobName"]
    job = scope.arn(f"{kind.lower()}-job/{name}")
    passed = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    calls = [
        Call(f"sagemaker:Create{kind}Job", job),
        Call("iam:PassRole", arguments["RoleArn"], passed),
    ]
    if arguments.get("Tags"):
        calls.append(Call("sagemaker:AddTags", job))
    if is_followed:
        calls.append(Call(f"sagemaker:Describe{kind}Job", job))
    return calls
