"""The rights of roles, where the emulator's own services act for them.

The emulator evaluates the policies of whoever sends it a request. What Step Functions, EventBridge
and SageMaker do on behalf of a role is no request here, so it is evaluated in this module. Every
decision about a role or a user, whoever makes it, is a line of the emulator's log.
"""

import json
import logging
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import iam, sts

from local.sagemaker.clients import Credentials, Scope
from local.sagemaker.errors import AccessDeniedError, validation_error
from local.sagemaker.resources import invoked_endpoint, resource_of

logger = logging.getLogger("rights")

_SIGNED_BY = re.compile(r"Credential=([^/,\s]+)/")


@dataclass(frozen=True)
class Call:
    """Something that AWS does on behalf of a role."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)
    """Condition keys of the service."""


class Roles:
    """Assumes roles for one AWS service, once each: as long as the cloud lives, they stay valid."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._assumed: dict[str, Credentials] = {}

    def assume(self, role_arn: str) -> Credentials:
        """Raises ApiError where the role is missing or does not trust the service."""
        _check_trust(role_arn, self._service)
        with self._lock:
            if role_arn not in self._assumed:
                self._assumed[role_arn] = _new_session(role_arn, self._service)
            return self._assumed[role_arn]


def install() -> None:
    """Let the emulator know the services that we add, and log its decisions."""
    for service in ("sagemaker", "pricing"):
        iam_actions.SERVICE_TO_IAM_NAMESPACE[service] = service
    iam_actions.extract_iam_action = _with_invocations(iam_actions.extract_iam_action)
    iam_actions.extract_resource_arn = _with_our_resources(iam_actions.extract_resource_arn)
    iam_evaluator.enforce = _logged(iam_evaluator.enforce)


def check(role_arn: str, call: Call, region: str) -> None:
    """Raises AccessDeniedError unless the role's policies allow the call."""
    account, name = _account_and_name(role_arn)
    principal = f"arn:aws:sts::{account}:assumed-role/{name}/local"
    context = iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=account,
        action=call.action,
        resource_arn=call.resource,
        region=region,
        secure_transport=True,
        service_context={key.lower(): text for key, text in call.context.items()},
    )
    policies = iam_evaluator._gather_role_policies(name, account)
    is_allowed = iam_evaluator.evaluate(context, policies).decision == "Allow"
    _log(principal, call.action, call.resource, is_allowed=is_allowed)
    if not is_allowed:
        raise AccessDeniedError(
            f"User: {principal} is not authorized to perform: {call.action} on resource: "
            f"{call.resource}"
        )


def check_passing(authorization: str, region: str, role_arn: str) -> None:
    """Raises AccessDeniedError unless the caller who has signed may pass the role to SageMaker."""
    signed = _SIGNED_BY.search(authorization)
    to_sagemaker = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    refusal = iam_evaluator.enforce(
        signed[1] if signed else "",
        "iam:PassRole",
        "iam",
        region,
        role_arn,
        service_context=to_sagemaker,
    )
    if refusal is not None:
        raise AccessDeniedError(
            f"User is not authorized to perform: iam:PassRole on resource: {role_arn}"
        )


def _check_trust(role_arn: str, service: str) -> None:
    account, name = _account_and_name(role_arn)
    role = iam._roles.get_scoped(account, None, name) or {}
    document = json.loads(role.get("AssumeRolePolicyDocument") or "{}")
    trusted = [
        statement.get("Principal", {}).get("Service", [])
        for statement in document.get("Statement", [])
        if statement.get("Effect") == "Allow"
    ]
    if not any(service in ([one] if isinstance(one, str) else one) for one in trusted):
        raise validation_error(
            f"Could not assume role {role_arn}. Please ensure that the role exists and allows "
            f"principal '{service}' to assume the role."
        )


def _new_session(role_arn: str, service: str) -> Credentials:
    account, name = _account_and_name(role_arn)
    session = service.partition(".")[0]
    credentials = Credentials(
        f"ASIA{secrets.token_hex(8).upper()}", secrets.token_hex(20), secrets.token_hex(32)
    )
    sts.register_session(
        credentials.access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
            "UserId": f"{name}:{session}",
            "SecretAccessKey": credentials.secret,
            "SessionToken": credentials.token,
        },
    )
    return credentials


def _account_and_name(role_arn: str) -> tuple[str, str]:
    parts = role_arn.split(":")
    if len(parts) != 6 or not parts[5].startswith("role/"):
        raise validation_error(f"{role_arn} is not the ARN of a role.")
    return parts[4], parts[5].rpartition("/")[2]


def _with_invocations(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    def extracted(service: str, method: str, path: str, *rest: Any) -> str | None:
        if service == "sagemaker" and invoked_endpoint(path) is not None:
            return "sagemaker:InvokeEndpoint"
        return extract(service, method, path, *rest)

    return extracted


def _with_our_resources(extract: Callable[..., str]) -> Callable[..., str]:
    def extracted(
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
        region: str,
        account_id: str,
    ) -> str:
        if service == "sagemaker":
            endpoint = invoked_endpoint(path)
            if endpoint is not None:
                return Scope(account_id, region).arn(f"endpoint/{endpoint}")
            operation = headers.get("x-amz-target", "").partition(".")[2]
            return resource_of(operation, body, region, account_id)
        arn = extract(service, method, path, headers, body, query_params, region, account_id)
        if service == "logs" and ":log-group:" in arn and ":log-stream:" not in arn:
            # AWS checks a log group as all of its streams: policies name it with `:*`.
            return f"{arn.removesuffix(':*')}:log-stream:"
        return arn

    return extracted


def _logged(enforce: Callable[..., Any]) -> Callable[..., Any]:
    def enforced(
        access_key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        **rest: Any,
    ) -> Any:
        refusal = enforce(access_key, action, service, region, resource_arn, **rest)
        caller = iam_evaluator.resolve_caller_identity(access_key)
        if caller is not None and not caller["userArn"].endswith(":root"):
            _log(caller["userArn"], action, resource_arn, is_allowed=refusal is None)
        return refusal

    return enforced


def _log(principal: str, action: str, resource: str, *, is_allowed: bool) -> None:
    logger.info("%s %s %s %s", "allowed" if is_allowed else "denied", principal, action, resource)
