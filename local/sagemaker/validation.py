"""Validates requests against botocore's model of the SageMaker API.

botocore's validator checks names, types, required fields and minimum sizes. The service also checks
maximum sizes, patterns and enumerations; the model contains these too.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

from local.sagemaker.errors import validation_error


@cache
def service_model() -> ServiceModel:
    """botocore's description of the API."""
    return botocore.session.get_session().get_service_model("sagemaker")


def validate(operation: str, request: dict[str, Any]) -> None:
    """Check a request as the service would.

    Raises:
        ApiError: a ValidationException that lists every violated constraint.
    """
    shape = service_model().operation_model(operation).input_shape
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        raise validation_error(report.generate_report())
    problems = list(_violations(request, shape, ""))
    if problems:
        count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected"
        raise validation_error(f"{count}: {'; '.join(problems)}")


def _violations(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if value is None:
        return
    yield from _own_violations(value, shape, path)
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                yield from _violations(value[name], member, _join(path, name))
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            yield from _violations(item, shape.member, f"{path}.{index + 1}.member")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _violations(key, shape.key, f"{path}.key")
            yield from _violations(item, shape.value, f"{path}.{key}.value")


def _own_violations(value: Any, shape: Shape, path: str) -> Iterator[str]:
    metadata = shape.metadata
    prefix = f"Value '{value}' at '{path}' failed to satisfy constraint: Member must"
    if "max" in metadata:
        is_number = shape.type_name in ("integer", "long", "float", "double")
        if (value if is_number else len(value)) > metadata["max"]:
            kind = "have value" if is_number else "have length"
            yield f"{prefix} {kind} less than or equal to {metadata['max']}"
    if shape.type_name == "string":
        allowed = metadata.get("enum")
        if allowed and value not in allowed:
            yield f"{prefix} satisfy enum value set: [{', '.join(allowed)}]"
        pattern = metadata.get("pattern")
        if pattern and not _matches(pattern, value):
            yield f"{prefix} satisfy regular expression pattern: {pattern}"


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        # The model's patterns are Java's; those that Python cannot compile are not checked.
        return True


def _join(path: str, name: str) -> str:
    lowered = name[0].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered
