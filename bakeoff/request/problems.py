"""Turns pydantic's validation errors into problems with a remedy."""

import difflib
import types
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bakeoff.errors import Problem
from bakeoff.quoting import printable, shown
from bakeoff.request.values import ONE_COLUMN, REFUSED, SEVERAL_COLUMNS

Location = tuple[int | str, ...]

_EMPTY_NAME = '""'
_KINDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


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
    location = _without_forms(detail["loc"]) if kind != "extra_forbidden" else detail["loc"]
    field = field_path(location)
    if kind == REFUSED:
        return Problem(field, detail["ctx"]["problem"], detail["ctx"]["remedy"])
    if kind == "extra_forbidden":
        return _unknown_field(location, root)
    remedy = _allowed(_find_field(location, root), isinstance(location[-1], int))
    if kind == "missing":
        return Problem(field, f"The request lacks {field}.", remedy)
    if kind in ("too_short", "too_long") and isinstance(value, list):
        length = detail["ctx"]["actual_length"]
        return Problem(field, f"{field} has {length or 'no'} entries.", remedy)
    if kind in ("string_too_long", "too_long"):
        return Problem(field, f"{shown(value)} is too long.", remedy)
    return Problem(field, f"{shown(value)} is not allowed here.", remedy)


def _without_forms(location: Location) -> Location:
    """The location without the tags of a union."""
    return tuple(part for part in location if part not in (ONE_COLUMN, SEVERAL_COLUMNS))


def _unknown_field(location: Location, root: type[BaseModel]) -> Problem:
    model = _find_model(location[:-1], root)
    unknown = str(location[-1])
    field = field_path(location)
    problem = f"There is no field {shown(unknown)} {_place(location[:-1])}."
    nearest = difflib.get_close_matches(unknown.lower(), model.model_fields, n=1)
    if nearest:
        return Problem(field, problem, f"Did you mean {nearest[0]}?")
    elsewhere = _owner(unknown, root, ())
    if elsewhere is not None:
        return Problem(field, problem, f"Put it at {elsewhere}.")
    fields = model.model_fields
    known = sorted(fields, key=lambda name: not fields[name].is_required())
    return Problem(field, problem, f"The known fields are {', '.join(known)}.")


def _place(location: Location) -> str:
    return f"in {field_path(location)}" if location else "in a request"


def _owner(name: str, model: type[BaseModel], location: Location) -> str | None:
    """The path of the first field with that name, from the top down."""
    if name in model.model_fields:
        return field_path((*location, name))
    for field_name, field in model.model_fields.items():
        part = _model_in(field.annotation)
        # Not in members of lists, because the index is unknown.
        if part is not None and get_origin(_bare(field.annotation)) is not list:
            found = _owner(name, part, (*location, field_name))
            if found is not None:
                return found
    return None


def _find_model(location: Location, root: type[BaseModel]) -> type[BaseModel]:
    model = root
    for part in location:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation) or model
    return model


def _find_field(location: Location, root: type[BaseModel]) -> FieldInfo:
    *parents, name = [part for part in location if isinstance(part, str)]
    return _find_model(tuple(parents), root).model_fields[name]


def _allowed(field: FieldInfo, is_member: bool) -> str:
    """What the field takes, as an instruction made of its own definition."""
    annotation = _bare(field.annotation)
    bounds = _bounds(field.metadata) | _bounds(_metadata(field.annotation))
    if get_origin(annotation) is list:
        member = get_args(annotation)[0]
        if is_member:
            return _instruction(_bare(member), _bounds(_metadata(member)))
        at_least, at_most = bounds["min_length"], bounds["max_length"]
        return f"Give a list of {at_least} to {at_most}. {field.description}"
    several = _list_form(field.annotation)
    if several is None:
        return _instruction(annotation, bounds)
    one = _instruction(annotation, _bounds(_metadata(get_args(_bare(several))[0])))
    if is_member:
        return one
    at_least, at_most = (_bounds(_metadata(several))[name] for name in ("min_length", "max_length"))
    return f"{one.rstrip('.')}, or a list of {at_least} to {at_most} of them."


def _instruction(annotation: Any, bounds: dict[str, Any]) -> str:
    choices = [choice for choice in get_args(annotation) if isinstance(choice, str)]
    if choices:
        return f"Give one of {', '.join(choices)}."
    kind = _KINDS.get(annotation)
    if kind is None:
        return (
            "Give an object, or its id as a text."
            if _takes_text(annotation)
            else ("Give an object.")
        )
    if annotation is bool:
        return f"Give {kind}."
    if annotation is str:
        most = bounds.get("max_length")
        return f"Give {kind} of at most {most} characters." if most else f"Give {kind}."
    if bounds.keys() == {"gt"}:
        return f"Give {kind} above {bounds['gt']}."
    low = f"above {bounds['gt']}" if "gt" in bounds else f"from {bounds.get('ge')}"
    if "lt" in bounds:
        return f"Give {kind} {low} and below {bounds['lt']}."
    joint = " and up to" if "gt" in bounds else " to"
    return f"Give {kind} {low}{joint} {bounds.get('le')}."


def _takes_text(annotation: Any) -> bool:
    model = _model_in(annotation)
    return model is not None and "id" in model.model_fields


def _bare(annotation: Any) -> Any:
    """The annotation without what is wrapped around it: Annotated[...] and "or None"."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _bare(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation


def _list_form(annotation: Any) -> Any | None:
    """The annotation's list form, for a value that may be single or a list."""
    if get_origin(annotation) is Annotated and get_origin(_bare(annotation)) is list:
        return annotation
    if get_origin(annotation) is Annotated:
        return _list_form(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        forms = (_list_form(part) for part in get_args(annotation))
        return next((form for form in forms if form is not None), None)
    return None


def _metadata(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return [*_metadata(inner), *metadata]
    if get_origin(annotation) in (Union, types.UnionType):
        return [entry for part in get_args(annotation) for entry in _metadata(part)]
    return []


def _bounds(metadata: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in metadata:
        if isinstance(entry, FieldInfo):
            found |= _bounds(entry.metadata)
        for name in ("gt", "ge", "lt", "le", "min_length", "max_length"):
            bound = getattr(entry, name, None)
            if bound is not None:
                found[name] = bound
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    bare = _bare(annotation)
    if get_origin(bare) is list:
        return _model_in(get_args(bare)[0])
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None
