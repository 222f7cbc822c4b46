"""Turns pydantic's validation errors into problems with a remedy."""

from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from bakeoff.errors import Problem
from bakeoff.quoting import printable, shown
from bakeoff.request.nearest import nearest, question
from bakeoff.request.values import FORMS, REFUSED

Location = tuple[int | str, ...]
Schema = dict[str, Any]
"""A part of a JSON Schema, as pydantic makes it from a model."""

_EMPTY_NAME = '""'
_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def to_problems(error: ValidationError, root: type[BaseModel], at_most: int) -> list[Problem]:
    """One problem for each error; `root` is the model that was validated."""
    return [_to_problem(detail, root) for detail in error.errors()[:at_most]]


def field_path(location: Location) -> str:
    """`("models", 1, "id")` as `models[1].id`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{printable(part) or _EMPTY_NAME}"
    return path.removeprefix(".")


def _to_problem(detail: Any, root: type[BaseModel]) -> Problem:
    kind, value = detail["type"], detail.get("input")
    # The last part of an unknown field's location is its author's.
    given = detail["loc"][-1:] if kind == "extra_forbidden" else ()
    location = _without_forms(detail["loc"][: len(detail["loc"]) - len(given)]) + given
    field = field_path(location)
    if kind == REFUSED:
        return Problem(field, detail["ctx"]["problem"], detail["ctx"]["remedy"])
    if kind == "extra_forbidden":
        return _unknown_field(location, root)
    remedy = _allowed(location, root)
    if kind == "missing":
        return Problem(field, f"The request lacks {field}.", remedy)
    if kind in ("too_short", "too_long") and isinstance(value, list):
        length = detail["ctx"]["actual_length"]
        return Problem(field, f"{field} has {length or 'no'} entries.", remedy)
    if kind in ("string_too_long", "too_long"):
        return Problem(field, f"{shown(value)} is too long.", remedy)
    if isinstance(value, str):
        forms = _forms(_schema_at(location, root), root)
        remedy = question(value, [word for form in forms for word in form.get("enum", ())]) + remedy
    return Problem(field, f"{shown(value)} is not allowed here.", remedy)


def _without_forms(location: Location) -> Location:
    """The location without the tags of a union."""
    return tuple(part for part in location if part not in FORMS)


def _unknown_field(location: Location, root: type[BaseModel]) -> Problem:
    place = _forms(_schema_at(location[:-1], root), root)
    schema = next(form for form in place if "properties" in form)
    unknown = str(location[-1])
    field = field_path(location)
    problem = f"There is no field {shown(unknown)} {_place(location[:-1])}."
    meant = nearest(unknown, schema["properties"])
    if meant is not None:
        return Problem(field, problem, f"Did you mean {meant}?")
    elsewhere = _owner(unknown, _whole_schema(root), root, ())
    # Inside itself, as in models.models, a field is not told to move to where it is.
    if elsewhere not in (None, field_path(location[:-1])):
        return Problem(field, problem, f"Put it at {elsewhere}.")
    required = schema.get("required", ())
    known = sorted(schema["properties"], key=lambda name: name not in required)
    return Problem(field, problem, f"The known fields are {', '.join(known)}.")


def _place(location: Location) -> str:
    return f"in {field_path(location)}" if location else "in a request"


def _owner(name: str, schema: Schema, root: type[BaseModel], location: Location) -> str | None:
    """The path of the first field with that name, from the top down.

    Members of lists are left out, because their index is unknown.
    """
    properties = schema.get("properties", {})
    if name in properties:
        return field_path((*location, name))
    for field, part in properties.items():
        for form in _forms(part, root):
            found = _owner(name, form, root, (*location, field))
            if found is not None:
                return found
    return None


@cache
def _whole_schema(root: type[BaseModel]) -> Schema:
    # To make it takes some hundredths of a second, and a problem looks into it up to ten times.
    return root.model_json_schema()


def _schema_at(location: Location, root: type[BaseModel]) -> Schema:
    """The part of the model's JSON Schema for the value at the location."""
    schema: Schema = _whole_schema(root)
    for part in location:
        inside = ("items",) if isinstance(part, int) else ("properties", "additionalProperties")
        form = next(form for form in _forms(schema, root) if any(name in form for name in inside))
        if isinstance(part, int):
            schema = form["items"]
        else:
            schema = form.get("properties", {}).get(part) or form["additionalProperties"]
    return schema


def _forms(schema: Schema, root: type[BaseModel]) -> list[Schema]:
    """The alternatives that a value may take, without null and without references."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return _forms(_whole_schema(root)["$defs"][name], root)
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices is None:
        return [schema] if schema.get("type") != "null" else []
    return [form for choice in choices for form in _forms(choice, root)]


def _allowed(location: Location, root: type[BaseModel]) -> str:
    """What a value at the location may be, as an instruction."""
    schema = _schema_at(location, root)
    forms = _forms(schema, root)
    array = next((form for form in forms if form.get("type") == "array"), None)
    if array is None:
        return _instruction_of_any(forms)
    length = f"a list of {array.get('minItems', 0)} to {array['maxItems']}"
    if array["items"] in forms:
        return f"{_instruction(array['items']).rstrip('.')}, or {length} of them."
    others = [form for form in forms if form is not array and form.get("type") in _KINDS]
    if others and "maximum" in others[0]:
        number = _instruction(others[0]).removeprefix("Give ").rstrip(".")
        length = f"{number}, or {length}"
    return f"Give {length}. {schema['description']}"


def _instruction_of_any(forms: list[Schema]) -> str:
    """The instruction for alternatives without a list; a single word beside others comes last."""
    words = [form["const"] for form in forms if "const" in form]
    main = max(forms, key=lambda form: "properties" in form)
    if not words or "const" in main:
        return _instruction(main)
    return f"{_instruction(main).rstrip('.')}, or {' or '.join(words)}."


def _instruction(schema: Schema) -> str:
    choices = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if choices:
        return f"Give one of {', '.join(choices)}."
    if "properties" in schema:
        if "id" in schema["properties"]:
            return "Give an object, or its id as a text."
        fields = list(schema["properties"])
        return f"Give an object with {'any of ' if fields[1:] else ''}{', '.join(fields)}."
    if "additionalProperties" in schema:
        most = f"{schema['maxProperties']:,}"
        return f"Give an object of {schema['minProperties']} to {most} members, each a text."
    types = schema["type"]
    kind = _KINDS[types[0] if isinstance(types, list) else types]
    if "maxLength" in schema:
        return f"Give {kind} of at most {schema['maxLength']} characters."
    return f"Give {kind}{_range(schema)}."


def _range(schema: Schema) -> str:
    """The range of a number, as it continues a sentence; empty for what has none."""
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    low, high = schema.get("minimum"), schema.get("maximum")
    start = f" above {above}" if above is not None else f" from {low}"
    if below is not None:
        return f"{start} and below {below}"
    if high is not None:
        return f"{start} and up to {high}" if above is not None else f"{start} to {high}"
    return start if above is not None else ""
