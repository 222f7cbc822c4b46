"""How a model's authors make one vector of a text, as their files for sentence-transformers say."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from model.model_files import ModelError, read_json
from model.sentence_files import MODULES, POOLING_CONFIG, PROMPTS

CLS, MEAN, LAST = "cls", "mean", "lasttoken"
# By the flags of older files; in the order in which the library concatenates them.
_FLAGS = {
    "pooling_mode_cls_token": CLS,
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": MEAN,
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": LAST,
}
POOLINGS = tuple(_FLAGS.values())

NORMALISE, DENSE, LAYER_NORM = "Normalize", "Dense", "LayerNorm"
_WITHOUT_EFFECT = ("Dropout",)
ACTIVATIONS = ("Identity", "Tanh", "ReLU", "GELU", "SiLU", "Sigmoid", "LeakyReLU", "ELU", "Mish")
"""The classes of torch.nn that a dense layer may end with."""

_LIBRARY = "sentence_transformers."
# What the library called its settings of a text, by the age of the model.
_TEXT_SETTINGS = (
    "sentence_bert_config.json",
    *(
        f"sentence_{family}_config.json"
        for family in ("roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet")
    ),
)


@dataclass(frozen=True)
class VectorLayer:
    """What is done with the vector after pooling."""

    kind: str
    """NORMALISE, DENSE or LAYER_NORM."""
    folder: str = ""
    """That of its weights, if it has some."""
    activation: str = "Identity"
    """One of ACTIVATIONS."""


@dataclass(frozen=True)
class SentenceLayout:
    """What is known of it; by default nothing."""

    pooling: tuple[str, ...] = ()
    """Some of POOLINGS, whose vectors are concatenated; empty if the files do not say."""
    pools_prompt: bool = True
    """Whether the tokens of the prompt count."""
    layers: tuple[VectorLayer, ...] = ()
    prompts: Mapping[str, str] = field(default_factory=dict)
    """Beginnings of texts, by name."""
    default_prompt: str | None = None
    """The name of the one that all texts get."""
    max_length: int | None = None
    """Tokens after which texts are cut; None: no sooner than by the model's own limit."""
    lowers_case: bool = False
    size: int | None = None
    """The numbers of a vector that are kept; None: all."""
    notes: tuple[str, ...] = ()
    """Sentences on what cannot be done as the authors did."""

    @property
    def is_sentence_encoder(self) -> bool:
        """Whether the authors trained the model for one vector of a text."""
        return bool(self.pooling)


def read_layout(folder: Path) -> SentenceLayout:
    """The layout of a snapshot. What cannot be read or is not known is left out, with a note."""
    notes: list[str] = []
    layout = SentenceLayout(**_texts(folder, notes), **_prompts(folder, notes))
    for name, place in _parts(folder, notes):
        if name == "Pooling":
            layout = replace(layout, **_pooling(folder / place, notes))
        elif name == NORMALISE:
            layout = replace(layout, layers=(*layout.layers, VectorLayer(NORMALISE)))
        elif name in (DENSE, LAYER_NORM):
            layout = replace(
                layout, layers=(*layout.layers, *_weighted(name, folder, place, notes))
            )
        elif name not in _WITHOUT_EFFECT:
            notes.append(f"Its part {name} was left out: it is not known here.")
    if not layout.pooling:
        # Without a vector of the authors' there is nothing that their layers could be put on.
        layout = replace(layout, layers=(), size=None)
    return replace(layout, notes=tuple(notes))


def _parts(folder: Path, notes: list[str]) -> Iterator[tuple[str, str]]:
    """The class and the folder of each part after the model itself."""
    path = folder / MODULES
    if not path.is_file():
        if (folder / POOLING_CONFIG).is_file():
            yield "Pooling", Path(POOLING_CONFIG).parent.name
        return
    try:
        parts = json.loads(path.read_text(encoding="utf-8"))
        named = [(str(part["type"]), str(part["path"])) for part in parts]
    except (ValueError, RecursionError, TypeError, KeyError):
        notes.append(f"Its {MODULES} was left out: it cannot be read.")
        return
    for number, (kind, place) in enumerate(named):
        name = kind.rpartition(".")[2]
        is_model = number == 0
        if is_model and not (kind.startswith(_LIBRARY) and name == "Transformer"):
            notes.append(
                f"Its part {name} was left out, and the model itself taken: it is not known here."
            )
        # A path may lead anywhere.
        if not is_model and (folder / Path(place).name / "config.json").is_file():
            yield name, Path(place).name
        elif not is_model:
            yield name, ""


def _config(folder: Path, notes: list[str]) -> dict[str, Any]:
    """Of a part, or empty."""
    path = folder / "config.json"
    return _json(path, f"{folder.name}/config.json", notes)


def _json(path: Path, name: str, notes: list[str]) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return read_json(path)
    except ModelError:
        notes.append(f"Its {name} was left out: it cannot be read.")
        return {}


def _pooling(folder: Path, notes: list[str]) -> dict[str, Any]:
    config = _config(folder, notes)
    given = config.get("pooling_mode")
    if given is None and any(flag in config for flag in _FLAGS):
        given = [pooling for flag, pooling in _FLAGS.items() if config.get(flag)] or [MEAN]
    modes = [given] if isinstance(given, str) else given
    if not isinstance(modes, list) or not modes or not all(mode in POOLINGS for mode in modes):
        notes.append("How it pools was left out: its 1_Pooling names no way that is known here.")
        return {}
    return {"pooling": tuple(modes), "pools_prompt": config.get("include_prompt") is not False}


def _weighted(name: str, folder: Path, place: str, notes: list[str]) -> Iterator[VectorLayer]:
    """The layer, unless its weights or its activation are out of reach."""
    weights = folder / place / "model.safetensors"
    if not place or not weights.is_file():
        notes.append(
            f"Its part {name} was left out: its weights are not there as safetensors. Load the "
            "model with sentence-transformers and save it again, which writes them."
        )
        return
    config = _config(folder / place, notes)
    if name == LAYER_NORM:
        yield VectorLayer(LAYER_NORM, place)
        return
    activation = str(config.get("activation_function", "torch.nn.Tanh"))
    known = activation.rpartition(".")[2]
    is_plain = config.get("module_input_name") in (None, "sentence_embedding")
    if not activation.startswith("torch.nn.") or known not in ACTIVATIONS:
        notes.append(f"Its part {name} was left out: its activation {known} is not known here.")
    elif not is_plain or config.get("use_residual"):
        notes.append(f"Its part {name} was left out: it does more than a dense layer.")
    else:
        yield VectorLayer(DENSE, place, known)


def _texts(folder: Path, notes: list[str]) -> dict[str, Any]:
    """What is done with a text before the model gets it."""
    path = next((each for name in _TEXT_SETTINGS if (each := folder / name).is_file()), None)
    config = {} if path is None else _json(path, path.name, notes)
    length = config.get("max_seq_length")
    kinds = config.get("modality_config")
    if isinstance(kinds, Mapping) and "text" not in kinds:
        notes.append("Texts were read as they are, without its chat template.")
    return {
        "max_length": length if _is_count(length) else None,
        "lowers_case": config.get("do_lower_case") is True,
    }


def _prompts(folder: Path, notes: list[str]) -> dict[str, Any]:
    config = _json(folder / PROMPTS, PROMPTS, notes)
    given = config.get("prompts")
    prompts = {
        name: prompt
        for name, prompt in (given.items() if isinstance(given, Mapping) else ())
        if isinstance(prompt, str)
    }
    default, size = config.get("default_prompt_name"), config.get("truncate_dim")
    return {
        "prompts": prompts,
        "default_prompt": default if isinstance(default, str) and default in prompts else None,
        "size": size if _is_count(size) else None,
    }


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
