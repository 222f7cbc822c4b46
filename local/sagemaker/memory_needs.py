"""Estimates how much memory a training job will need, from its request and its model's files."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

# The interpreter with its libraries, and room for rows, features and predictions.
_BASE_BYTES = 900_000_000
_BYTES_PER_NUMBER = 4
# Weights, gradients and two moments of AdamW; or weights, and what is made of the table of tokens.
_COPIES_OF_WEIGHTS = {
    "full": 4,
    "lora": 1,
    "frozen": 1,
    "prompt": 1,
    "static": 3,
    "zeroshot": 1,
}
# Static embeddings are distilled from so many tokens at a time, each between two special ones.
_DISTILLED_ROWS, _DISTILLED_TOKENS = 256, 3
# Numbers that one layer keeps for each token until the backward pass, in hidden sizes.
_KEPT_PER_TOKEN_AND_LAYER = 34
# What a layer works with at a time; without a backward pass, that is all.
_WORKED_WITH_PER_TOKEN = 40
# A language model reads so many tokens at once, or a prompt that is longer, which few are; beside
# them it keeps what it has read, and what it says of the answers.
_PROMPT_TOKENS = 8192
_PROMPT_BYTES = 2_000_000_000


@dataclass(frozen=True)
class ModelSize:
    """What a model's memory follows from."""

    num_weights: int
    hidden_size: int
    num_layers: int

    @classmethod
    def of(cls, folder: Path) -> "ModelSize | None":
        """Read a model's folder; None if it holds no weights."""
        num_weights = sum(_num_weights(path) for path in folder.rglob("*.safetensors"))
        if not num_weights:
            return None
        config = _config(folder)
        hidden = _first(config, "hidden_size", "d_model", "dim", "n_embd") or 768
        layers = _first(config, "num_hidden_layers", "n_layers", "num_layers", "n_layer") or 12
        return cls(num_weights, hidden, layers)


def most_needed_bytes(hyperparameters: Mapping[str, str], channels: Path) -> int:
    """As `needed_bytes`, for the models in a job's channels: a screening job has several, and loads
    one at a time."""
    sizes = [ModelSize.of(folder) for folder in channels.glob("model*")]
    return max(needed_bytes(hyperparameters, size) for size in sizes or [None])


def needed_bytes(hyperparameters: Mapping[str, str], model: ModelSize | None) -> int:
    """The most memory that the job is expected to use; `model` is None without one.

    The estimate is on the safe side of what jobs were seen to use: too much only makes a job wait
    for another one.
    """
    if model is None:
        return _BASE_BYTES
    method = hyperparameters.get("method", "full")
    tokens = _number(hyperparameters, "max_length", 512)
    kept, beside = 0, 0
    if method == "prompt":
        rows, tokens, beside = 1, _PROMPT_TOKENS, _PROMPT_BYTES
    elif method == "static":
        rows, tokens = _DISTILLED_ROWS, _DISTILLED_TOKENS
    elif method in ("frozen", "zeroshot"):
        rows = _number(hyperparameters, "eval_batch_size", 64)
    else:
        rows = _number(hyperparameters, "train_batch_size", 32)
        kept = _KEPT_PER_TOKEN_AND_LAYER * model.num_layers
    per_token = model.hidden_size * (kept + _WORKED_WITH_PER_TOKEN)
    weights = model.num_weights * _COPIES_OF_WEIGHTS.get(method, max(_COPIES_OF_WEIGHTS.values()))
    return _BASE_BYTES + beside + _BYTES_PER_NUMBER * (weights + rows * tokens * per_token)


def _number(hyperparameters: Mapping[str, str], name: str, default: int) -> int:
    text = hyperparameters.get(name, "")
    return int(text) if text.isdecimal() else default


def _num_weights(path: Path) -> int:
    try:
        with safe_open(path, framework="np") as weights:
            names = weights.keys()
            return sum(math.prod(weights.get_slice(name).get_shape()) for name in names)
    except (OSError, SafetensorError):
        return 0  # the job will say what is wrong with it


def _config(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _first(config: Mapping[str, Any], *names: str) -> int | None:
    return next((int(config[name]) for name in names if isinstance(config.get(name), int)), None)
