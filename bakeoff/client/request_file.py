"""A request file on this machine, which may refer to local files by path."""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bakeoff.client.local_files import links_out
from bakeoff.errors import Problem, RequestError
from bakeoff.hosted_models import is_hosted
from bakeoff.quoting import printable
from bakeoff.request.schema import MAX_REQUEST_BYTES, Request, parse_request
from bakeoff.request.strict_json import read_json_object
from bakeoff.request.values import MAX_REQUESTED_AS_CHARACTERS, is_path, is_s3_uri

# The location of a value in the document: ("dataset", "train") or ("models", 1, "id").
Place = tuple[str | int, ...]

_SPLITS = ("train", "validation", "test")
# The formats that PrepareData reads, plain or compressed.
_DATASET_SUFFIXES = (".csv", ".tsv", ".jsonl", ".json", ".parquet")
_COMPRESSIONS = (".gz", ".zst")
_MODEL_ARCHIVE = ".tar.gz"
_MAX_SHOWN_PATH = 300
_FILES_REMEDY = "Give regular files: no devices, pipes, or links to what does not exist."
_MAX_SHOWN_LINKS, _MAX_SHOWN_LINK = 3, 60


@dataclass(frozen=True)
class RequestFile:
    """A request that has passed every check that needs no service."""

    request: Request
    document: dict[str, Any]
    """The file's content without `$schema`."""
    paths: Mapping[Place, Path]
    """The files and folders that it refers to; all exist."""

    @property
    def name(self) -> str:
        """The name of the results."""
        assert self.request.name is not None
        return self.request.name

    def text_at(self, place: Place) -> str:
        """What the author of the request wrote there."""
        value: Any = self.document
        for step in place:
            value = value[step]
        return printable(value, _MAX_SHOWN_PATH)

    def content(self, uris: Mapping[Place, str]) -> bytes:
        """The request for the service, with `uris` in place of the paths.

        A model that was given by path keeps the path as `requested_as`. Raises RequestError if
        the request is wrong with these URIs: two splits may turn out to be the same.
        """
        document = copy.deepcopy(self.document)
        for place, uri in uris.items():
            if place[0] == "models":
                within, models = _model_list(document)
                index = cast(int, place[len(within)])
                models[index] = _uploaded_model(models[index], uri)
            elif len(place) == 1:
                document["dataset"] = uri
            else:
                document["dataset"][place[1]] = uri
        # Compact, so that rewriting cannot exceed the size limit of a request.
        content = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        parse_request(content, file_name=f"{self.name}.json")
        return content


def load_request(path: Path) -> RequestFile:
    """Reads and checks the request and the paths in it. Raises RequestError with all problems."""
    return check_request(read_request(path), path.name, path.parent)


def read_request(path: Path) -> bytes:
    """The file's content, as far as is needed to see whether it is too large."""
    with path.open("rb") as file:
        return file.read(MAX_REQUEST_BYTES + 1)


def check_request(content: bytes, file_name: str, folder: Path) -> RequestFile:
    """Checks a request whose paths are relative to `folder`.

    `file_name` names the results if the request does not. Raises RequestError with all problems.
    """
    document = read_json_object(content, MAX_REQUEST_BYTES)
    document.pop("$schema", None)
    paths = paths_of(document, folder)
    problems = [problem for place, named in paths.items() if (problem := _problem(place, named))]
    problems += [
        _ambiguous(place, text)
        for place, text in _hub_ids(document)
        if _problem(place, folder / text) is None
    ]
    try:
        request = parse_request(content, file_name=file_name, allow_paths=True)
    except RequestError as error:
        raise RequestError([*error.problems, *problems]) from error
    if problems:
        raise RequestError(problems)
    return RequestFile(request, document, paths)


def paths_of(document: dict[str, Any], folder: Path) -> dict[Place, Path]:
    """Where the paths lead that a document names, which need not be a valid request."""
    return {place: folder / _expanded(text) for place, text in _named_paths(document)}


def _uploaded_model(model: str | dict[str, Any], uri: str) -> dict[str, Any]:
    fields = {"id": model} if isinstance(model, str) else model
    requested_as = fields.get("requested_as") or printable(
        fields["id"], MAX_REQUESTED_AS_CHARACTERS
    )
    return {**fields, "id": uri, "requested_as": requested_as}


def field_of(place: Place) -> str:
    """The place as problems show it: `models[1].id`."""
    text = str(place[0])
    for step in place[1:]:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text


def _named_paths(document: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    dataset = document.get("dataset")
    if isinstance(dataset, str):
        if is_path(dataset):
            yield ("dataset",), dataset
    elif isinstance(dataset, dict) and dataset.get("id") is None:
        for split in _SPLITS:
            source = dataset.get(split)
            if isinstance(source, str) and source and not is_s3_uri(source):
                yield ("dataset", split), source
    for place, model_id in _model_ids(document):
        if is_path(model_id):
            yield place, model_id


def _hub_ids(document: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    dataset = document.get("dataset")
    if isinstance(dataset, str) and dataset and not is_path(dataset) and not is_s3_uri(dataset):
        yield ("dataset",), dataset
    for place, model_id in _model_ids(document):
        if not is_path(model_id) and not is_s3_uri(model_id) and not is_hosted(model_id):
            yield place, model_id


def _model_ids(document: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    within, models = _model_list(document)
    for index, model in enumerate(models):
        if isinstance(model, str):
            yield (*within, index), model
        elif isinstance(model, dict) and isinstance(model.get("id"), str):
            yield (*within, index, "id"), model["id"]


def _model_list(document: dict[str, Any]) -> tuple[Place, list[Any]]:
    """The models that the document names, and where."""
    models = document.get("models")
    if isinstance(models, list):
        return ("models",), models
    included = models.get("include") if isinstance(models, dict) else None
    return ("models", "include"), included if isinstance(included, list) else []


def _ambiguous(place: Place, text: str) -> Problem:
    """The problem of a hub id that is also a path in the request's folder."""
    named = printable(text, _MAX_SHOWN_PATH)
    return Problem(
        field_of(place),
        f"{named} is a hub id, but is also a path next to the request.",
        f'For the local one write "./{named}"; for the hub, move the request to another folder.',
    )


def _expanded(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        # An unknown user, so the path does not exist.
        return Path(text)


def _problem(place: Place, path: Path) -> Problem | None:
    try:
        is_model = place[0] == "models"
        found = _model_problem(path) if is_model else _dataset_problem(path)
        found = found or _link_problem(path, is_model=is_model)
    except OSError as error:
        found = (
            f"cannot be read ({error.strerror})",
            "Give a path that you can read.",
        )
    if found is None:
        return None
    what, remedy = found
    return Problem(field_of(place), f"{printable(str(path), _MAX_SHOWN_PATH)} {what}.", remedy)


def _link_problem(path: Path, *, is_model: bool) -> tuple[str, str] | None:
    links = links_out(path, is_model=is_model)
    if not links:
        return None
    shown = ", ".join(printable(name, _MAX_SHOWN_LINK) for name in links[:_MAX_SHOWN_LINKS])
    more = f" and {len(links) - _MAX_SHOWN_LINKS} more" if len(links) > _MAX_SHOWN_LINKS else ""
    return (
        f"has links that lead out of the folder: {shown}{more}",
        "They are not uploaded, as they may lead to any file of this machine: copy the files into "
        "the folder (`cp -RL`), or remove the links.",
    )


def _model_problem(path: Path) -> tuple[str, str] | None:
    if path.is_file():
        if path.name.endswith(_MODEL_ARCHIVE):
            return None
        return "is a file, but not a .tar.gz", "Give the model's folder, or its model.tar.gz."
    if not path.is_dir():
        return _does_not_exist()
    if not (path / "config.json").is_file():
        inner = sorted(each.name for each in path.iterdir() if (each / "config.json").is_file())
        if inner:
            shown = ", ".join(printable(name, _MAX_SHOWN_LINK) for name in inner[:_MAX_SHOWN_LINKS])
            return "has no config.json, but folders that have one", f"Give one of them: {shown}."
        return "has no config.json", "Give a folder written by `save_pretrained`."
    return None


def _dataset_problem(path: Path) -> tuple[str, str] | None:
    formats = f"{', '.join(_DATASET_SUFFIXES)}, plain or with {' or '.join(_COMPRESSIONS)}"
    if path.is_file():
        if _holds_rows(path):
            return None
        return "has an unknown format", f"Give a file that ends in one of {formats}."
    if not path.is_dir():
        return _is_no_file() if path.exists() or path.is_symlink() else _does_not_exist()
    rows = [file for file in path.rglob("*") if _holds_rows(file) and not file.is_dir()]
    odd = sorted(file.relative_to(path).as_posix() for file in rows if not file.is_file())
    if odd:
        return f"contains {printable(odd[0])}, which is not a file or leads to none", _FILES_REMEDY
    if not rows:
        return "contains no data files", f"Add files that end in one of {formats}."
    return None


def _holds_rows(path: Path) -> bool:
    suffix = path.suffix.lower()
    inner = Path(path.stem).suffix.lower() if suffix in _COMPRESSIONS else suffix
    return inner in _DATASET_SUFFIXES


def _is_no_file() -> tuple[str, str]:
    return "is neither a file nor a folder, or leads to none", _FILES_REMEDY


def _does_not_exist() -> tuple[str, str]:
    return "does not exist", "Give a path relative to the request's folder."
