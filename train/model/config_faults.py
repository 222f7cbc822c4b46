"""What is wrong with the numbers in a model's config.json, in words.

The library takes most of them as they are, and fails much later with a message about something
else, or not at all.
"""

from collections.abc import Iterator, Mapping
from typing import Any

# By what they count, whatever a family calls them.
_SIZES = (
    *("vocab_size", "hidden_size", "dim", "n_embd", "d_model", "embedding_size", "d_kv"),
    *("num_attention_heads", "n_heads", "n_head", "num_heads", "num_key_value_heads", "head_dim"),
    *("encoder_attention_heads", "decoder_attention_heads"),
    *("intermediate_size", "hidden_dim", "d_ff", "n_inner", "encoder_ffn_dim", "decoder_ffn_dim"),
    *("n_positions", "n_ctx"),
)
_COUNTS = (
    *("num_hidden_layers", "n_layers", "n_layer", "num_layers", "num_decoder_layers"),
    *("encoder_layers", "decoder_layers", "type_vocab_size"),
)
_POSITIONS = "max_position_embeddings"
_MOST = 100_000_000
_MOST_LABELS = 100_000
_WIDTHS = ("hidden_size", "dim", "n_embd", "d_model")
_HEADS = ("num_attention_heads", "n_heads", "n_head", "encoder_attention_heads")
# With one of these, the heads need not share the width among themselves.
_WIDTHS_OF_HEADS = ("head_dim", "d_kv")


def config_faults(config: Mapping[str, Any]) -> list[str]:
    """A clause for each value that no model can have; `config` is config.json."""
    faults = list(_of_sizes(config))
    for name, part in config.items():
        # Of models for texts and images.
        if name.endswith("text_config") and isinstance(part, Mapping):
            faults += [f"in {name}, {fault}" for fault in _of_sizes(part)]
    labels = config.get("num_labels", config.get("_num_labels"))
    if labels is not None and not _is_in(labels, 0, _MOST_LABELS):
        faults.append(f"num_labels is {_shown(labels)}, at most {_MOST_LABELS:,} are possible")
    for name in ("id2label", "label2id"):
        value = config.get(name)
        if value is not None and not isinstance(value, Mapping):
            faults.append(f"{name} is {_shown(value)}, not an object of numbers and names")
    return faults


def misfit(config: Mapping[str, Any]) -> str | None:
    """A clause on values that do not fit each other in most families; None if all do.

    It is an explanation for a model that fails; in some families such values are right.
    """
    for part in (config, *(each for each in config.values() if isinstance(each, Mapping))):
        width = next((name for name in _WIDTHS if _is_in(part.get(name), 1, _MOST)), None)
        heads = next((name for name in _HEADS if _is_in(part.get(name), 1, _MOST)), None)
        if width is None or heads is None or any(part.get(name) for name in _WIDTHS_OF_HEADS):
            continue
        if part[width] % part[heads]:
            return f"{width} {part[width]} is not a multiple of {part[heads]} heads ({heads})"
    return None


def _of_sizes(config: Mapping[str, Any]) -> Iterator[str]:
    for names, least in ((_SIZES, 1), (_COUNTS, 0)):
        for name in names:
            # Some families give one number for each layer.
            value = config.get(name)
            if value is None or isinstance(value, list):
                continue
            if not _is_in(value, least, _MOST):
                yield f"{name} is {_shown(value)}, not a whole number of at least {least}"
    positions = config.get(_POSITIONS)
    if positions is not None and not _is_in(positions, -1, _MOST):
        yield f"{_POSITIONS} is {_shown(positions)}, not a whole number of at least 1"
    pad, vocabulary = config.get("pad_token_id"), config.get("vocab_size")
    if pad is None:
        return
    if not _is_in(pad, -1, _MOST):
        yield f"pad_token_id is {_shown(pad)}, not a token's number"
    elif _is_in(vocabulary, 1, _MOST) and pad >= vocabulary:
        yield f"pad_token_id {pad} is not below vocab_size {vocabulary}"


def _is_in(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _shown(value: Any) -> str:
    return repr(value)[:50]
