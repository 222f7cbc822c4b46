"""The list of models of the stand-in hub: filters, order and pages, as the real hub has them."""

import json
import struct
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode

from bench.orchestration.listed_model import listed_model

PAGE_SIZE = 50
_SORTS = {"downloads", "likes", "trendingScore", "createdAt", "lastModified"}
_EXPANDABLE = _SORTS | {
    "author",
    "config",
    "disabled",
    "gated",
    "library_name",
    "pipeline_tag",
    "private",
    "safetensors",
    "sha",
    "siblings",
    "tags",
}
_UNITS = {"K": 10**3, "M": 10**6, "B": 10**9}


class BadQueryError(Exception):
    """The hub answers it with the status 400."""

    status = HTTPStatus.BAD_REQUEST


def listed_files(model_id: str, commit: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """A model with these files, as the hub lists it."""
    config = json.loads(files.get("config.json", b"{}"))
    entry = listed_model(model_id, commit, config=config)
    entry["siblings"] = [{"rfilename": path} for path in sorted(files)]
    weights = files.get("model.safetensors")
    number = _num_parameters(weights) if weights else None
    entry["safetensors"] = {"parameters": {"F32": number}, "total": number} if number else None
    return entry


def page_of(entries: Iterable[dict[str, Any]], query: str) -> tuple[list[Any], str | None]:
    """The page that the query string asks for, and that of the next page if there is one."""
    asked = parse_qs(query)
    sort = asked.get("sort", ["trendingScore"])[0]
    expanded = asked.get("expand", [])
    if sort not in _SORTS or not set(expanded) <= _EXPANDABLE:
        raise BadQueryError("There is no such property.")
    found = [entry for entry in entries if _matches(entry, asked)]
    # Stable: those with as many stay in the order in which they were added.
    found.sort(key=lambda entry: entry[sort], reverse=True)
    start = int(asked.get("cursor", ["0"])[0])
    end = start + min(PAGE_SIZE, int(asked.get("limit", ["1000"])[0]))
    page = [_shown(entry, expanded) for entry in found[start:end]]
    if end >= len(found):
        return page, None
    return page, urlencode(asked | {"cursor": [str(end)]}, doseq=True)


def _matches(entry: Mapping[str, Any], asked: Mapping[str, list[str]]) -> bool:
    model_id = entry["id"]
    return (
        set(asked.get("filter", [])) <= set(entry["tags"])
        and all(each == model_id.partition("/")[0] for each in asked.get("author", []))
        and all(each.lower() in model_id.lower() for each in asked.get("search", []))
        and all(each == entry["pipeline_tag"] for each in asked.get("pipeline_tag", []))
        and all(_is_sized(entry, each) for each in asked.get("num_parameters", []))
    )


def _is_sized(entry: Mapping[str, Any], size_range: str) -> bool:
    if entry["safetensors"] is None:
        return False
    total = entry["safetensors"]["total"]
    for part in size_range.split(","):
        bound, _, number = part.partition(":")
        limit = int(number[:-1]) * _UNITS[number[-1]]
        if (bound == "min" and total < limit) or (bound == "max" and total > limit):
            return False
    return True


def _shown(entry: dict[str, Any], expanded: list[str]) -> dict[str, Any]:
    if not expanded:
        return entry
    return {name: entry[name] for name in ("_id", "id", *expanded) if entry.get(name) is not None}


def _num_parameters(weights: bytes) -> int:
    """The numbers in a safetensors file, by its header."""
    (length,) = struct.unpack("<Q", weights[:8])
    header = json.loads(weights[8 : 8 + length])
    header.pop("__metadata__", None)
    total = 0
    for weight in header.values():
        number = 1
        for size in weight["shape"]:
            number *= size
        total += number
    return total
