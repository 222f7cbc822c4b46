"""Whether the stored weights are those of the architecture that config.json names.

The library starts every weight that it does not find from random numbers, and trains on.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import AutoModelForSequenceClassification, PreTrainedModel

from model.model_snapshot import ModelError

# With less of a model than that, what would be compared is mostly chance.
_LEAST_SHARE = 0.5


def check_weights(folder: Path, *, allow_remote_code: bool) -> list[str]:
    """Warnings, as sentences. Nothing is loaded: only names and shapes are compared.

    Raises ModelError if less than half of the model's numbers, its head apart, are stored.
    """
    try:
        model, found = AutoModelForSequenceClassification.from_pretrained(
            folder,
            device_map="meta",
            output_loading_info=True,
            ignore_mismatched_sizes=True,
            trust_remote_code=allow_remote_code,
        )
    except Exception as error:
        line = " ".join(str(error).split())[:200]
        return [f"Whether its weights fit its type could not be checked: {line}"]
    sizes = _sizes(model)
    random = sorted(name for name in _not_loaded(found) if name in sizes)
    share = 1 - sum(sizes[name] for name in random) / max(sum(sizes.values()), 1)
    if share < _LEAST_SHARE:
        raise ModelError(
            f"Of the weights that its type, {model.config.model_type!r}, has, {share:.0%} are "
            f"stored under the names and in the sizes that it knows ({random[0]} is not), and the "
            "rest would start from random numbers."
        )
    if random:
        return [
            f"{len(random)} of its {len(sizes)} weights are not stored, such as {random[0]}, and "
            "start from random numbers."
        ]
    return []


def _not_loaded(found: Mapping[str, Any]) -> set[str]:
    mismatched = {key if isinstance(key, str) else key[0] for key in found["mismatched_keys"]}
    return set(found["missing_keys"]) | mismatched


def _sizes(model: PreTrainedModel) -> dict[str, int]:
    """Numbers in each weight below the head; a pooler, which many models lack, is part of it."""
    prefix = f"{model.base_model_prefix}."
    below = {
        name: weight.numel()
        for name, weight in model.named_parameters()
        if "pooler" not in name and (model.base_model is model or name.startswith(prefix))
    }
    return below
