"""A request, checked with the rows that it names: all problems of both are reported together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.client.look_request import look_request
from bakeoff.client.request_file import RequestFile, check_request, read_request
from bakeoff.errors import Problem, RequestError, ServiceError
from bakeoff.prepared.first_look import FirstLook
from bakeoff.request.schema import MAX_REQUEST_BYTES
from bakeoff.request.strict_json import read_json_object

LookInto = Callable[[dict[str, Any], bool], FirstLook]
"""Reads the files of a `look_request`; raises ServiceError if nothing can. The flag allows it to
guess columns."""


@dataclass(frozen=True)
class CheckedRequest:
    file: RequestFile
    look: FirstLook | None
    """What its rows hold; None if none of them is on this machine, or nothing could look."""
    reason: str
    """Why nothing could look; empty otherwise."""


def load_checked(path: Path, look_into: LookInto) -> CheckedRequest:
    """Raises RequestError with all problems of the request, its paths and its rows."""
    return checked(read_request(path), path.name, path.parent, look_into)


def checked(content: bytes, file_name: str, folder: Path, look_into: LookInto) -> CheckedRequest:
    """As `load_checked`, for a request whose paths are relative to `folder`."""
    # What is not a JSON object has no rows to look into.
    document = read_json_object(content, MAX_REQUEST_BYTES)
    problems: list[Problem] = []
    try:
        file = check_request(content, file_name, folder)
    except RequestError as error:
        problems = error.problems
    look, reason = None, ""
    asked = look_request(document, folder)
    if asked is not None:
        try:
            look = look_into(asked, False)
        except ServiceError as error:
            reason = str(error)
    if look is not None:
        problems = [*problems, *_new(look, problems, document)]
    if problems:
        raise RequestError(problems)
    return CheckedRequest(file, look, reason)


def _new(look: FirstLook, known: Sequence[Problem], document: dict[str, Any]) -> list[Problem]:
    """The problems of rows, without those of fields that have one already."""
    told = {problem.field.partition("[")[0] for problem in known}
    is_short = isinstance(document.get("dataset"), str)
    found = []
    for each in look.problems:
        field = "dataset" if is_short and each.field == "dataset.train" else each.field
        if field not in told:
            found.append(Problem(field, each.problem, each.remedy))
    return found
