"""Whether a model continues texts, as the method prompt needs."""

from pathlib import Path
from typing import Any

from transformers import AutoModelForCausalLM
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_MASKED_LM_MAPPING_NAMES,
)

from limits.out_of_memory import is_out_of_memory
from model.model_files import ModelError, read_json
from model.model_weights import why

_INSTEAD = (
    "give a causal language model, such as HuggingFaceTB/SmolLM2-135M-Instruct, or use this one "
    "with another method, such as full, lora or frozen"
)


def check_causal(folder: Path, *, allow_remote_code: bool) -> None:
    """Raise ModelError for encoders, and for decoders without what chooses the next token.

    No weight is loaded.
    """
    config = read_json(folder / "config.json")
    kind = str(config.get("model_type", ""))
    if "AutoModelForCausalLM" not in (config.get("auto_map") or {}):
        if config.get("is_encoder_decoder"):
            raise ModelError(f"Its type, {kind!r}, has an encoder and a decoder: {_INSTEAD}.")
        # Some types can be built as either.
        is_encoder = kind in MODEL_FOR_MASKED_LM_MAPPING_NAMES and not config.get("is_decoder")
        if is_encoder or kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
            raise not_causal(kind)
    try:
        # transformers declares one of the two only.
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            folder,
            device_map="meta",
            output_loading_info=True,
            trust_remote_code=allow_remote_code,
        )
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise ModelError(
            f"It cannot be built as a language model: {why(folder, error)}."
        ) from error
    model, found = loaded
    head = model.get_output_embeddings()
    names = {id(weight): name for name, weight in model.named_parameters()}
    wanted = {names.get(id(weight)) for weight in head.parameters()} if head is not None else {None}
    missing = sorted(str(name) for name in wanted if name in {None, *found["missing_keys"]})
    if missing:
        raise ModelError(
            "The weights that choose its next token are not stored "
            f"({missing[0]}), so it is not a language model but a part of one: {_INSTEAD}."
        )


def not_causal(kind: str) -> ModelError:
    """The refusal of a model whose tokens see those after them."""
    return ModelError(
        f"Its type, {kind!r}, reads a text in both directions and cannot continue one, which the "
        f"method prompt asks of it: {_INSTEAD}."
    )
