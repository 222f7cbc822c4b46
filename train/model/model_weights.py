"""Checks that the stored weights belong to the architecture named in config.json.

The library silently initialises every weight that it does not find at random.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, PreTrainedModel

from limits.out_of_memory import is_out_of_memory
from model.config_faults import misfit
from model.model_files import ModelError, read_json
from model.model_kinds import can_classify
from storage.error_text import in_words

# With a smaller share of its weights, a model would mostly be random.
_LEAST_SHARE = 0.5


@dataclass(frozen=True)
class WeightsFit:
    """How the stored weights fit the architecture."""

    warnings: list[str]
    """Sentences."""
    embedding_rows: int | None
    """Tokens that the model has a vector for; None if it works without a table of them."""
    encoder_parameters: int
    """Without embedding tables and without a head."""


def check_weights(folder: Path, *, allow_remote_code: bool) -> WeightsFit:
    """Compare names and shapes; no weight is loaded.

    Raises ModelError if the model cannot be built, or if less than half of its parameters, without
    its head, are stored.
    """
    # What is above the parts that both share does not count.
    has_head = can_classify(read_json(folder / "config.json"))
    auto: Any = AutoModelForSequenceClassification if has_head else AutoModelForCausalLM
    try:
        model, found = auto.from_pretrained(
            folder,
            device_map="meta",
            output_loading_info=True,
            ignore_mismatched_sizes=True,
            trust_remote_code=allow_remote_code,
        )
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise ModelError(
            f"It cannot be built from its config.json: {why(folder, error)}."
        ) from error
    return WeightsFit(_warnings(model, found), embedding_rows(model), encoder_parameters(model))


def why(folder: Path, error: Exception) -> str:
    """A clause on why the model in `folder` fails with this error."""
    return misfit(read_json(folder / "config.json")) or in_words(error).rstrip(".")


def embedding_rows(model: PreTrainedModel) -> int | None:
    """Tokens that the model has a vector for; None if it works without a table of them."""
    try:
        rows = getattr(model.get_input_embeddings(), "num_embeddings", None)
    except NotImplementedError:
        return None
    return rows if isinstance(rows, int) else None


def encoder_parameters(model: PreTrainedModel) -> int:
    """The parameters that a text is computed with: all but embedding tables, whose size follows
    the vocabulary, and the head."""
    tables = {
        id(weight)
        for module in model.modules()
        if isinstance(module, torch.nn.Embedding)
        for weight in module.parameters()
    }
    return sum(weight.numel() for weight in _below_head(model).values() if id(weight) not in tables)


def _warnings(model: PreTrainedModel, found: Mapping[str, Any]) -> list[str]:
    sizes = _sizes(model)
    random = sorted(name for name in _not_loaded(found) if name in sizes)
    share = 1 - sum(sizes[name] for name in random) / max(sum(sizes.values()), 1)
    if share < _LEAST_SHARE:
        raise ModelError(
            f"Only {share:.0%} of the weights of its type, {model.config.model_type!r}, are stored "
            f"with matching names and sizes ({random[0]} is not), and the others would start from "
            "random numbers."
        )
    sizes_of = {
        name: (list(stored), list(wanted)) for name, stored, wanted in found["mismatched_keys"]
    }
    other_size = next((name for name in random if name in sizes_of), None)
    if other_size is not None:
        stored, wanted = sizes_of[other_size]
        raise ModelError(
            f"Its weight {other_size} is stored with the size {stored}, but its config.json asks "
            f"for {wanted}, so it would start from random numbers: give the config.json that was "
            "saved with the weights."
        )
    if random:
        return [
            f"{len(random)} of its {len(sizes)} weights are not stored, such as {random[0]}, and "
            "start from random numbers."
        ]
    return []


def _not_loaded(found: Mapping[str, Any]) -> set[str]:
    return set(found["missing_keys"]) | {name for name, _, _ in found["mismatched_keys"]}


def _sizes(model: PreTrainedModel) -> dict[str, int]:
    return {name: weight.numel() for name, weight in _below_head(model).items()}


def _below_head(model: PreTrainedModel) -> dict[str, torch.nn.Parameter]:
    """Each weight below the head. A pooler, which many models lack, counts as head."""
    prefix = f"{model.base_model_prefix}."
    return {
        name: weight
        for name, weight in model.named_parameters()
        if "pooler" not in name and (model.base_model is model or name.startswith(prefix))
    }
