"""A request made from files of rows: what it leaves open is guessed from what is in them."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bakeoff.cli.checked_request import CheckedRequest, LookInto, checked
from bakeoff.client.look_request import look_at_files
from bakeoff.errors import Problem, RequestError
from bakeoff.prepared.first_look import FirstLook
from bakeoff.request.values import Encoding, is_path

REQUEST_SUFFIX = ".json"
SUGGESTED_MODELS = ("distilbert-base-uncased", "distilroberta-base")


@dataclass(frozen=True)
class GivenRows:
    """Files of rows with what their owner says of them; paths are relative to this folder."""

    train: Path
    test: Path | None = None
    text: Sequence[str] = ()
    """One column, or the two of pairs; empty: found."""
    label: Sequence[str] = ()
    task: str | None = None
    models: Sequence[str] = ()
    encoding: str | None = None
    """None: UTF-8, or found."""
    label_delimiter: str | None = None
    """What separates several labels; None: found."""

    @property
    def paths(self) -> dict[str, Path]:
        return {"train": self.train} | ({"test": self.test} if self.test is not None else {})

    @property
    def says_more_than_models(self) -> bool:
        """Whether anything is given that a request has a field for."""
        said = (self.test, self.text, self.label, self.task, self.encoding, self.label_delimiter)
        return any(said)

    @property
    def file_name(self) -> str:
        """What the request for them would be called."""
        return self.train.name.partition(".")[0] + REQUEST_SUFFIX


def found_rows(given: GivenRows, look_into: LookInto) -> FirstLook:
    """What is in the files, with what a run would refuse. Raises ServiceError if nothing can look,
    and RequestError for an encoding that there is not."""
    check_encoding(given.encoding)
    asked = look_at_files(given.paths)
    asked["dataset"]["encoding"] = given.encoding
    said = {"text": list(given.text), "label": list(given.label), "task": given.task}
    said["label_delimiter"] = given.label_delimiter
    return look_into(asked | {name: value or None for name, value in said.items()}, True)


def problems_of(look: FirstLook) -> list[Problem]:
    """What a run would refuse."""
    return [Problem(each.field, each.problem, each.remedy) for each in look.problems]


def request_document(given: GivenRows, look: FirstLook, folder: Path) -> dict[str, Any]:
    """A request that lies in `folder`, with columns and task as found."""
    paths = {split: os.path.relpath(path, folder) for split, path in given.paths.items()}
    encoding = given.encoding or look.encoding
    delimiter = given.label_delimiter or look.label_delimiter
    return {
        "dataset": paths | ({"encoding": encoding} if encoding else {}),
        "text": _one_or_list(look.text),
        "label": _one_or_list(look.label),
        **({"label_delimiter": delimiter} if delimiter else {}),
        **({"task": look.task} if look.task else {}),
        "models": [_model(each, folder) for each in given.models or SUGGESTED_MODELS],
    }


def checked_rows(given: GivenRows, look_into: LookInto) -> tuple[CheckedRequest, FirstLook]:
    """A request for the rows that is written nowhere. Raises RequestError with all problems."""
    look = found_rows(given, look_into)
    if look.problems:
        raise RequestError(problems_of(look))
    document = request_document(given, look, Path())
    content = json.dumps(document).encode()

    def known(request: dict[str, Any], may_guess: bool) -> FirstLook:
        return look

    return checked(content, given.file_name, Path(), known), look


def check_encoding(encoding: str | None) -> None:
    """Raises RequestError if Python knows none of that name."""
    try:
        TypeAdapter(Encoding | None).validate_python(encoding)
    except ValidationError as error:
        refused = error.errors()[0]["ctx"]
        raise RequestError(
            [Problem("dataset.encoding", refused["problem"], refused["remedy"])]
        ) from error


def _one_or_list(columns: Sequence[str]) -> str | list[str]:
    return columns[0] if len(columns) == 1 else list(columns)


def _model(text: str, folder: Path) -> str:
    """A path of the current folder as one of `folder`."""
    if not is_path(text) or text.startswith(("/", "~")):
        return text
    relative = os.path.relpath(text, folder)
    return relative if is_path(relative) else f"./{relative}"
