"""Checks a request against AWS's own description of the service, as the SDK carries it."""

import re

import botocore.session
from botocore.validate import ParamValidator

# Java's, in words of Python; those of marks, symbols and punctuation take all that is no space.
_UNICODE_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{Z}": " ",
    r"\p{N}": r"\d",
    r"\p{M}": r"\S",
    r"\p{S}": r"\S",
    r"\p{P}": r"\S",
}


def violations(operation, request):
    """Violations of types, required members, lengths, ranges and patterns in a request."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    shape = model.operation_model(operation).input_shape
    report = ParamValidator().validate(request, shape)
    found = [report.generate_report()] if report.has_errors() else []
    return found or list(_limits(shape, request, operation))


def _limits(shape, value, place):
    """Violations that botocore leaves to the service: upper bounds, patterns, choices."""
    if shape.type_name == "structure":
        for name, member in value.items():
            yield from _limits(shape.members[name], member, f"{place}.{name}")
        return
    size = len(value) if shape.type_name in ("list", "map", "string") else value
    if size > shape.metadata.get("max", size) or size < shape.metadata.get("min", size):
        yield f"{place}: {size} is out of range"
    if shape.type_name == "list":
        for index, member in enumerate(value):
            yield from _limits(shape.member, member, f"{place}[{index}]")
    elif shape.type_name == "map":
        for name, member in value.items():
            yield from _limits(shape.key, name, f"{place} key {name}")
            yield from _limits(shape.value, member, f"{place}.{name}")
    elif shape.type_name == "string":
        pattern = _python_pattern(shape.metadata.get("pattern", ".*"))
        if re.fullmatch(pattern, value) is None:
            yield f"{place}: {value!r} does not match {pattern}"
        if value not in shape.metadata.get("enum", [value]):
            yield f"{place}: {value!r} is none of the choices"


def _python_pattern(pattern):
    for unicode_class, python_class in _UNICODE_CLASSES.items():
        pattern = pattern.replace(unicode_class, python_class)
    # Of some it repeats the end, which Python refuses; the lengths are bounds of their own.
    return pattern.replace("${1,128}", "$").replace("${1,256}", "$")
