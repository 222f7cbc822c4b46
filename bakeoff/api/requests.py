"""Requests from Python objects."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bakeoff.api.data_files import is_mapping_of_rows, is_tabular, written
from bakeoff.client.request_file import RequestFile, check_request, load_request
from bakeoff.errors import Problem, RequestError
from bakeoff.request.schema import Request


@contextmanager
def request_file(request: "Mapping[str, Any] | str | Path | Request") -> Iterator[RequestFile]:
    """The request as checked for the service; its data frames are files until the end.

    A mapping is a request as in JSON, with a `name`; paths in it are relative to the current
    folder, and `dataset` may hold data frames.

    Raises RequestError with all problems.
    """
    if isinstance(request, str | Path):
        yield _loaded(Path(request).expanduser())
        return
    document = _document(request)
    if document.get("name") is None:
        raise RequestError(
            [
                Problem(
                    "name",
                    "is missing.",
                    "Name the results: a request that is not a file has no name of its own.",
                )
            ]
        )
    with TemporaryDirectory(prefix="bakeoff-") as folder:
        dataset = document.get("dataset")
        if is_tabular(dataset) or is_mapping_of_rows(dataset):
            slices = _texts(document.get("slices"))
            document["dataset"] = written(dataset, _columns(document), Path(folder), slices)
        yield check_request(_json(document), "request.json", Path.cwd())


def _document(request: "Mapping[str, Any] | Request") -> dict[str, Any]:
    if isinstance(request, Request):
        return request.model_dump(mode="json", exclude_unset=True)
    if isinstance(request, Mapping):
        return dict(request)
    raise RequestError(
        [
            Problem(
                "request",
                f"{type(request).__name__} is not a request.",
                "Give a mapping, the path of a request in JSON, or a bakeoff.Request.",
            )
        ]
    )


def _loaded(path: Path) -> RequestFile:
    if not path.is_file():
        raise RequestError(
            [Problem("request", f"{path} is not a file.", "Give the path of a request in JSON.")]
        )
    return load_request(path)


def _columns(document: Mapping[str, Any]) -> list[str] | None:
    """The columns of texts and labels that the request names; None if it leaves any of them to be
    found."""
    named: list[Any] = []
    for field in ("text", "label"):
        value = document.get(field)
        if value is None:
            return None
        named += value if _is_list(value) else [value]
    return named if len(_texts(named)) == len(named) else None


def _texts(names: Any) -> list[str]:
    """What is no text is refused with the rest of the request."""
    return [each for each in names if isinstance(each, str)] if _is_list(names) else []


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _json(document: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(document, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise RequestError(
            [
                Problem(
                    "request",
                    f"cannot be written as JSON: {error}.",
                    "Use texts, numbers, lists and mappings; data frames go into `dataset`.",
                )
            ]
        ) from error
