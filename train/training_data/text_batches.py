"""Texts as a padded batch of tokens, the same tokens as preparation has stored."""

from collections.abc import Sequence
from typing import Any

from transformers import BatchEncoding, PreTrainedTokenizerBase

from tokeniser.empty_texts import with_a_token
from training_data.text_rows import columns_of
from training_data.tokenised_rows import OPTIONAL_COLUMNS

_WANTED = ("input_ids", *OPTIONAL_COLUMNS, "attention_mask")


def padded(
    tokenizer: PreTrainedTokenizerBase,
    rows: Sequence[Sequence[str]],
    max_length: int,
    padding_side: str,
) -> BatchEncoding:
    """Rows of a text each, or two, cut after `max_length` tokens and padded to the longest."""
    texts, pairs = columns_of(rows)
    settings: dict[str, Any] = {
        "truncation": "longest_first",
        "max_length": max_length,
        "padding": True,
        "padding_side": padding_side,
        "return_attention_mask": True,
        "return_tensors": "pt",
        "verbose": False,
    }
    encoded = tokenizer(texts, pairs, **settings)
    bare = (encoded["attention_mask"].sum(dim=1) == 0).nonzero().flatten().tolist()
    if bare:
        encoded = tokenizer(with_a_token(tokenizer, texts, bare), pairs, **settings)
    return BatchEncoding({name: encoded[name] for name in _WANTED if name in encoded})
