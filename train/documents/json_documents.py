"""One reader and one writer for all documents, driven by the dataclasses' type hints."""

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

NAME = "name"
"""Metadata of a dataclass field that has another name in the document."""
OPTIONAL = {"is_optional": True}
"""Metadata of a dataclass field that the document leaves out where it is None."""

_MAX_SHOWN_CHARACTERS = 80

Document = TypeVar("Document")


class DocumentError(ValueError):
    """A document is not what this code reads; the message names every problem."""


def write_document(path: Path, document: Any) -> None:
    """Writes a dataclass as JSON, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(json_value(document), indent=1), encoding="utf-8")


def read_document(kind: type[Document], path: Path) -> Document:
    """Reads what `write_document` writes for a dataclass of this kind.

    Unknown members are ignored. Missing members take their default. Types are strict, except that
    a whole number is accepted as a float.

    Raises DocumentError for invalid JSON, another schema_version than the dataclass's default, and
    members that are missing or of the wrong type.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DocumentError(f"{path.name} is not valid JSON: {error}") from error
    return from_json_value(kind, value, path.name)


def from_json_value(kind: type[Document], value: Any, name: str) -> Document:
    """Like `read_document`, from parsed JSON; `name` is the document's, for messages."""
    _check_version(kind, value, name)
    problems: list[str] = []
    document: Document = _read(kind, value, "", problems)
    if problems:
        raise DocumentError(f"{name} is not as expected: {'; '.join(problems)}")
    return document


def json_value(value: Any) -> Any:
    """Dataclasses as objects, wherever they are; other values as they are."""
    if dataclasses.is_dataclass(value):
        return {
            _name(field): json_value(member)
            for field in dataclasses.fields(value)
            if (member := getattr(value, field.name)) is not None
            or not OPTIONAL.items() <= field.metadata.items()
        }
    if isinstance(value, Mapping):
        return {key: json_value(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(member) for member in value]
    return value


def _check_version(kind: type[Any], value: Any, name: str) -> None:
    expected = {field.name: field.default for field in dataclasses.fields(kind)}
    if "schema_version" not in expected or not isinstance(value, dict):
        return
    given = value.get("schema_version")
    if given != expected["schema_version"]:
        raise DocumentError(
            f"{name} has schema_version {given}, this code reads {expected['schema_version']}: "
            "another deployment wrote it, upload the request again"
        )


def _read(kind: Any, value: Any, place: str, problems: list[str]) -> Any:
    """The value as `kind`; None, and an entry in `problems`, if it is something else."""
    if kind is Any:
        return value
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        (kind,) = (each for each in arguments if each is not types.NoneType)
        return _read(kind, value, place, problems)
    if dataclasses.is_dataclass(kind) and isinstance(value, dict):
        return _read_members(kind, value, place, problems)
    if origin is list and isinstance(value, list):
        return [
            _read(arguments[0], member, f"{place}[{index}]", problems)
            for index, member in enumerate(value)
        ]
    if origin is dict and isinstance(value, dict):
        return {
            key: _read(arguments[1], member, _below(place, key), problems)
            for key, member in value.items()
        }
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        problems.append(f"{place or 'it'} is {_shown(value)}, expected {_expected(kind)}")
        return None
    return value


def _read_members(kind: Any, value: dict[str, Any], place: str, problems: list[str]) -> Any:
    hints = typing.get_type_hints(kind)
    members = {}
    for field in dataclasses.fields(kind):
        name = _name(field)
        if name in value:
            members[field.name] = _read(
                hints[field.name], value[name], _below(place, name), problems
            )
        elif field.default is field.default_factory is dataclasses.MISSING:
            problems.append(f"{_below(place, name)} is missing")
    return None if problems else kind(**members)


def _name(field: "dataclasses.Field[Any]") -> str:
    return str(field.metadata.get(NAME, field.name))


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _expected(kind: Any) -> str:
    origin = typing.get_origin(kind) or kind
    if dataclasses.is_dataclass(origin) or origin is dict:
        return "an object"
    names = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
    return names.get(origin, "a list")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_SHOWN_CHARACTERS else f"{text[:_MAX_SHOWN_CHARACTERS]}..."
