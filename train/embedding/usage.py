"""How texts become a model's vectors: from its authors' files, its name and the job's limits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from model.model_files import ModelError, read_json
from model.sentence_layout import VectorLayer, read_layout
from model.sentence_prompt import prompt_notes, prompt_of


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Saved with a model, so that it is used later as it was trained."""

    is_sentence_encoder: bool
    """Whether its authors trained the model for one vector of a text, and say so in its files."""
    pooling: list[str]
    """Some of POOLINGS; empty where only the model itself can tell."""
    pools_prompt: bool
    """Whether the tokens of the prompt count."""
    layers: list[VectorLayer]
    """After pooling."""
    size: int | None
    """The numbers of a vector that are kept; None: all."""
    prompt: str
    """The beginning of each text that the model gets by itself."""
    lowers_case: bool
    max_length: int
    """Tokens after which texts are cut."""
    notes: list[str] = field(default_factory=list)
    """Sentences on what cannot be done as the authors did, or is not known."""


def usage_of(folder: Path, model: str, max_length: int, *, is_pair: bool) -> Usage:
    """The usage of a snapshot.

    Args:
        model: as in the request.
        max_length: tokens after which texts are cut, if the model's authors do not cut them
            earlier.
        is_pair: whether the texts are compared with one another.
    """
    layout = read_layout(folder)
    names = _names(folder, model)
    prompt = prompt_of(layout, names, is_pair=is_pair)
    return Usage(
        is_sentence_encoder=layout.is_sentence_encoder,
        pooling=[*layout.pooling],
        pools_prompt=layout.pools_prompt,
        layers=[*layout.layers],
        size=layout.size,
        prompt=prompt,
        lowers_case=layout.lowers_case,
        max_length=min(max_length, layout.max_length or max_length),
        notes=[*layout.notes, *prompt_notes(layout, names, prompt)],
    )


def _names(folder: Path, model: str) -> Sequence[str]:
    """The last parts of what the model is called in the request, and of where it came from."""
    try:
        origin = read_json(folder / "config.json").get("_name_or_path")
    except (ModelError, OSError):
        origin = None
    return [str(name).rstrip("/").rpartition("/")[2] for name in (model, origin) if name]
