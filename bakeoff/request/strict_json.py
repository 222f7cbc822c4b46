"""Reads what ought to be one JSON object from bytes that may be anything."""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

from bakeoff.errors import Problem, RequestError
from bakeoff.quoting import shown

FIELD = "request"
"""The field of problems that concern the document as a whole."""

# Four would do for any request; recursion over what a stranger sent must end somewhere.
MAX_DEPTH = 20

_SAVE_AS_JSON = "Save it as JSON in UTF-8."


def read_json_object(content: bytes, max_bytes: int) -> dict[str, Any]:
    """The object in `content`, UTF-8 with or without a byte order mark.

    Refuses what JSON's standard leaves open and a reader would not expect: a name twice in one
    object, NaN and Infinity. Raises RequestError.
    """
    if len(content) > max_bytes:
        _refuse(
            f"The request is larger than {max_bytes} bytes.",
            "Put the data set into files in S3, and name those.",
        )
    text = _decoded(content)
    if not text.strip():
        _refuse("The request is empty.", 'The least is {"dataset": "...", "models": ["..."]}.')
    value = _parsed(text)
    if not _is_shallow(value):
        _refuse_depth()
    if not isinstance(value, dict):
        _refuse(
            f"The request is {_kind(value)}, not an object.",
            'Write {"dataset": "...", "models": ["..."]}.',
        )
    return value


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            _refuse("The request is UTF-16, not UTF-8.", _SAVE_AS_JSON)
        _refuse(f"The request is not UTF-8: byte {error.start + 1} is wrong.", _SAVE_AS_JSON)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        _refuse(
            f"The request is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            "Correct it there; text needs double quotes, and no comma goes before } or ].",
        )
    except RecursionError:
        _refuse_depth()
    except ValueError:
        # Python refuses integers of more than 4,300 digits.
        _refuse("The request holds a number that is too long.", "Give a number of usual size.")


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [member for parent in level for member in _members(parent)]
        if not level:
            return True
    return False


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if any("\ud800" <= character <= "\udfff" for character in name):
            _refuse(
                f"The request has the name {shown(name)}, which holds half a character.",
                "Write the name out, or leave it out.",
            )
        if name in members:
            _refuse(
                f"The request names {shown(name)} more than once in one object.",
                "Keep one of them.",
            )
        members[name] = value
    return members


def _refuse_constant(constant: str) -> NoReturn:
    _refuse(f"The request holds {constant}, which is not a JSON number.", "Give a finite number.")


def _refuse_depth() -> NoReturn:
    _refuse("The request is nested too deeply.", "See docs/request.md for its form.")


def _refuse(problem: str, remedy: str) -> NoReturn:
    raise RequestError([Problem(FIELD, problem, remedy)])


def _kind(value: object) -> str:
    if isinstance(value, list):
        return "an array"
    if isinstance(value, str):
        return "a text"
    return "null" if value is None else f"just {shown(value)}"
