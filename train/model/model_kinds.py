"""What a model of a type can be built as, by the types that the installed transformers know."""

from collections.abc import Mapping
from typing import Any

from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES,
)

CLASSIFIER, WRITER = "AutoModelForSequenceClassification", "AutoModelForCausalLM"
"""The classes of transformers for a model with a classification head, and for one that continues
texts."""


def can_classify(config: Mapping[str, Any]) -> bool:
    """Whether there is a classification head for the type; `config` is config.json."""
    is_known = _type(config) in MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES
    return is_known or _brings(config, CLASSIFIER)


def can_write(config: Mapping[str, Any]) -> bool:
    """Whether the type can continue texts."""
    return _type(config) in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES or _brings(config, WRITER)


def needs_own_code(config: Mapping[str, Any]) -> bool:
    """Whether it is built by code that is stored beside the weights."""
    is_known = can_classify({**config, "auto_map": {}}) or can_write({**config, "auto_map": {}})
    return _brings(config, CLASSIFIER) or (_brings(config, WRITER) and not is_known)


def head_fault(config: Mapping[str, Any]) -> str | None:
    """Why methods that train a classification head cannot have the model; None if they can."""
    if can_classify(config):
        return None
    return (
        f"Its type, {_type(config)!r}, does not fit a classification head in the installed "
        "transformers, so that it cannot be trained: give it the method prompt or frozen."
    )


def _type(config: Mapping[str, Any]) -> str:
    return str(config.get("model_type") or "unknown")


def _brings(config: Mapping[str, Any], name: str) -> bool:
    return name in (config.get("auto_map") or {})
