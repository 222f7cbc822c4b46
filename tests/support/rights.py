"""What roles and users may do, and what they did in the local cloud, from its log."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

_DECISION = re.compile(r"\[rights\] (allowed|denied) (\S+) (\S+) (.*)")
_TABLE_LINE = re.compile(r"^\| ((?:`[a-z0-9-]+:\w+`(?:, )?)+) \| (.+?) \|", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, order=True)
class Call:
    """Something that a role or a user did or tried."""

    who: str
    """The name of the role or the user."""
    action: str
    resource: str


@dataclass(frozen=True, order=True)
class Grant:
    """One action on one pattern of resources that a policy allows."""

    who: str
    action: str
    pattern: str

    def covers(self, call: Call) -> bool:
        is_same = (self.who, self.action) == (call.who, call.action)
        return is_same and fnmatchcase(call.resource, self.pattern)


def calls_in(log: str) -> tuple[set[Call], set[Call]]:
    """Those that were allowed, and those that were denied."""
    allowed: set[Call] = set()
    denied: set[Call] = set()
    for decision, principal, action, resource in _DECISION.findall(log):
        who = principal.split(":")[5].split("/")[1]
        (allowed if decision == "allowed" else denied).add(Call(who, action, resource))
    return allowed, denied


def grants_of_roles(iam: Any, prefix: str) -> set[Grant]:
    """What the inline policies of the roles allow whose names begin with `prefix`."""
    pages = iam.get_paginator("list_roles").paginate()
    names = [role["RoleName"] for page in pages for role in page["Roles"]]
    return {
        grant
        for name in names
        if name.startswith(prefix)
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        for grant in _grants(
            name, iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        )
    }


def _grants(who: str, document: Any) -> Iterator[Grant]:
    document = json.loads(document) if isinstance(document, str) else document
    for statement in document["Statement"]:
        if statement["Effect"] == "Allow":
            for action in _listed(statement["Action"]):
                for pattern in _listed(statement["Resource"]):
                    yield Grant(who, action, pattern)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def documented_grants(page: Path, who: str, arns: dict[str, str]) -> set[Grant]:
    """The table of permissions for users of the command line.

    `arns` has the ARN of what the page calls `the bucket`, `the stack` and so on; a key is below
    the bucket, and `training-job/*` below `jobs`.
    """
    found = set()
    for actions, on in _TABLE_LINE.findall(page.read_text()):
        for action in _CODE.findall(actions):
            for name in _CODE.findall(on) or [on]:
                found.add(Grant(who, action, _arn(name, action, on, arns)))
    return found


def _arn(name: str, action: str, on: str, arns: dict[str, str]) -> str:
    if name == "*" or name in arns:
        return arns.get(name, "*")
    if on.startswith("log group"):
        return f"{arns['log groups']}:{name}:*"
    if action.startswith("sagemaker:"):
        return f"{arns['jobs']}:{name}"
    return f"{arns['the bucket']}/{name}"


def policy_of(grants: Iterable[Grant]) -> str:
    """A policy document that allows exactly this."""
    statements = [
        {"Effect": "Allow", "Action": grant.action, "Resource": grant.pattern}
        for grant in sorted(grants)
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
