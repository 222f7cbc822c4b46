"""Why a model that the hub lists cannot take part in a race."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bakeoff.quoting import printable
from bakeoff.request.model_search import ModelSearch
from bakeoff.request.values import is_hub_id
from bakeoff.search.hub_entry import HubEntry
from bakeoff.search.search_outcome import DropKind

_COMMIT = re.compile(r"[0-9a-f]{40}")

_TEXT_TASKS = {
    "feature-extraction",
    "fill-mask",
    "question-answering",
    "sentence-similarity",
    "summarization",
    "table-question-answering",
    "text-classification",
    "text-generation",
    "text-ranking",
    "text2text-generation",
    "token-classification",
    "translation",
    "zero-shot-classification",
}
# Encoders of sound and images are published for feature-extraction, too.
_TYPES_NOT_FOR_TEXT = re.compile(
    r"wav2vec2.*|hubert|wavlm|whisper|unispeech.*|sew.*|data2vec-(audio|vision)|encodec|musicgen.*|"
    r"clap|.*clip.*|siglip.*|vit.*|deit|beit|dinov\d.*|swin.*|convnext.*|resnet|layoutlmv[23]|.*_vl.*"
)
_LIBRARIES = {"transformers", "sentence-transformers"}
_WEIGHTS = re.compile(
    r"(model|model-\d+-of-\d+)\.safetensors|(pytorch_model|pytorch_model-\d+-of-\d+)\.bin"
)
_OTHER_WEIGHTS = {
    ".gguf": "llama.cpp (GGUF)",
    ".onnx": "ONNX",
    ".h5": "TensorFlow",
    ".msgpack": "Flax",
    ".mlmodel": "Core ML",
}
_QUANTISED_TAGS = {
    "gptq",
    "awq",
    "bitsandbytes",
    "4-bit",
    "8-bit",
    "2-bit",
    "3-bit",
    "exl2",
    "exl3",
    "compressed-tensors",
    "hqq",
    "eetq",
    "aqlm",
    "quip",
}


@dataclass(frozen=True)
class Limits:
    """What a model has to meet."""

    query: ModelSearch
    exclude: Collection[str]
    """Ids and patterns."""
    included: frozenset[str]
    """Ids of the models that take part anyway, in lower case."""
    allow_remote_code: bool


def fault(entry: HubEntry, limits: Limits) -> tuple[DropKind, str] | None:
    """The first reason against the model, as a sentence; None if it can take part."""
    return next(_faults(entry, limits), None)


def _faults(entry: HubEntry, limits: Limits) -> Iterator[tuple[DropKind, str]]:
    if not is_hub_id(entry.id) or _COMMIT.fullmatch(entry.commit or "") is None:
        yield "unreadable", "The hub lists it without a valid id and commit."
    if entry.id.lower() in limits.included:
        yield "included", "The request includes it by name."
    pattern = next((each for each in limits.exclude if _matches(entry.id, each)), None)
    if pattern is not None:
        yield "excluded", f"The request excludes {printable(pattern)}."
    if entry.is_hidden:
        yield "not available", "It is private or disabled."
    yield from _against_the_query(entry, limits.query)
    yield from _untrainable(entry, limits)
    yield from _of_another_size(entry, limits.query)


def _matches(model: str, pattern: str) -> bool:
    return fnmatchcase(model.lower(), pattern.lower())


def _against_the_query(entry: HubEntry, query: ModelSearch) -> Iterator[tuple[DropKind, str]]:
    if entry.is_gated and not query.gated:
        yield "gated", "It is gated: its terms have to be accepted on the hub."
    if query.licenses is not None and entry.license not in query.licenses:
        given = (
            f"Its licence is {printable(entry.license)}" if entry.license else "It has no licence"
        )
        yield "licence", f"{given}, and the search allows {', '.join(query.licenses[:5])}."
    if query.language is not None and query.language not in entry.tags:
        yield "language", f"It is not tagged with the language {query.language}."
    if entry.downloads < query.min_downloads:
        yield (
            "downloads",
            f"It has {entry.downloads:,} downloads, fewer than {query.min_downloads:,}.",
        )


def _untrainable(entry: HubEntry, limits: Limits) -> Iterator[tuple[DropKind, str]]:
    if not _is_for_text(entry):
        yield "not for text", f"It is published for {printable(_purpose(entry))}."
    if entry.library == "peft" or _has_only_an_adapter(entry):
        yield "adapter", "It is an adapter: give the model that it was trained for."
    if entry.is_quantised or not _QUANTISED_TAGS.isdisjoint(entry.tags):
        yield "quantised", "Its weights are quantised, so they cannot be trained."
    if not _has_weights(entry):
        yield "no weights", f"It has no weights for PyTorch in its main folder{_others(entry)}."
    if entry.has_own_code and not limits.allow_remote_code:
        yield "own code", "Its repository contains code, which the deployment does not allow."


def _is_for_text(entry: HubEntry) -> bool:
    if entry.model_type is not None and _TYPES_NOT_FOR_TEXT.fullmatch(entry.model_type[:64]):
        return False
    if entry.pipeline_tag is not None:
        return entry.pipeline_tag in _TEXT_TASKS
    return entry.library in _LIBRARIES and entry.model_type is not None


def _purpose(entry: HubEntry) -> str:
    if entry.pipeline_tag is not None and entry.pipeline_tag not in _TEXT_TASKS:
        return entry.pipeline_tag
    return entry.model_type or entry.library or "an unknown purpose"


def _has_weights(entry: HubEntry) -> bool:
    if entry.files is None:
        return not {"safetensors", "pytorch"}.isdisjoint(entry.tags)
    return any(_WEIGHTS.fullmatch(name) for name in entry.files)


def _has_only_an_adapter(entry: HubEntry) -> bool:
    files = entry.files or frozenset()
    return "adapter_config.json" in files and not _has_weights(entry)


def _others(entry: HubEntry) -> str:
    kinds = [
        kind
        for suffix, kind in _OTHER_WEIGHTS.items()
        if any(name.endswith(suffix) for name in entry.files or ())
    ]
    return f", only for {kinds[0]}" if kinds else ""


def _of_another_size(entry: HubEntry, query: ModelSearch) -> Iterator[tuple[DropKind, str]]:
    lowest, highest, number = query.min_parameters, query.max_parameters, entry.num_parameters
    if number is None:
        if lowest is not None or highest is not None:
            yield "size unknown", "The hub does not know its number of parameters."
    elif highest is not None and number > highest:
        yield "too large", f"It has {number:,} parameters, more than {highest:,}."
    elif lowest is not None and number < lowest:
        yield "too small", f"It has {number:,} parameters, fewer than {lowest:,}."
