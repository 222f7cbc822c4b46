"""The columns of the models of a search, for programs."""

from collections.abc import Callable

from bakeoff.search.search_outcome import DroppedModel, FoundModel
from bakeoff.summary.columns import Cell, Column

Listed = FoundModel | DroppedModel


def _found(name: str, meaning: str, unit: str = "") -> Column[Listed]:
    value: Callable[[Listed], Cell] = lambda row: getattr(row, name, None)  # noqa: E731
    return Column(name, "integer" if unit else "text", unit, meaning, value)


SEARCH_COLUMNS: list[Column[Listed]] = [
    _found("id", "The model's id on the hub"),
    _found("revision", "The commit that the hub lists"),
    _found("num_parameters", "As in its safetensors files", "parameters"),
    _found("license", "The licence's tag"),
    _found("downloads", "Of the last 30 days", "downloads"),
    _found("likes", "On the hub", "likes"),
    _found("model_type", "As in its config.json"),
    _found("pipeline_tag", "What it is published for"),
    _found("library", "The library that it is published for"),
    _found("kind", "Why it was dropped, in a word; empty for a model that was found"),
    _found("reason", "The same in a sentence"),
]
