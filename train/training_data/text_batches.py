"""Texts as a padded batch of tokens, the same tokens as preparation has stored."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import BatchEncoding, PreTrainedTokenizerBase

from tokeniser.empty_texts import token_of_no_text
from tokeniser.literal_tokens import as_text
from training_data.text_rows import columns_of
from training_data.token_columns import OPTIONAL_COLUMNS

_WANTED = ("input_ids", *OPTIONAL_COLUMNS, "attention_mask")
# Rows that are lists of Python integers at once: as such, tokens take ten times the memory.
_ROWS_AT_ONCE = 1000


def padded(
    tokenizer: PreTrainedTokenizerBase,
    rows: Sequence[Sequence[str]],
    max_length: int,
    padding_side: str,
) -> BatchEncoding:
    """Rows of a text each, or two, cut after `max_length` tokens and padded to the longest."""
    texts, pairs = columns_of(rows)
    given = (as_text(tokenizer, texts), None if pairs is None else as_text(tokenizer, pairs))
    cut: dict[str, Any] = {
        "truncation": "longest_first",
        "max_length": max_length,
        "verbose": False,
    }
    padding: dict[str, Any] = {
        "padding": True,
        "padding_side": padding_side,
        "return_attention_mask": True,
        "return_tensors": "pt",
    }
    encoded = tokenizer(*given, **cut, **padding)
    if not encoded["attention_mask"].any(dim=1).all():
        encoded = tokenizer.pad(_with_tokens(tokenizer, tokenizer(*given, **cut)), **padding)
    return BatchEncoding({name: encoded[name] for name in _WANTED if name in encoded})


def cut(
    tokenizer: PreTrainedTokenizerBase, rows: Sequence[Sequence[str]], max_length: int
) -> list[dict[str, list[int]]]:
    """The tokens of each row by itself, as `padded` cuts them, without padding."""
    texts, pairs = columns_of(rows)
    given = (as_text(tokenizer, texts), None if pairs is None else as_text(tokenizer, pairs))
    encoded = tokenizer(
        *given,
        truncation="longest_first",
        max_length=max_length,
        return_attention_mask=False,
        verbose=False,
    )
    by_name = _with_tokens(tokenizer, encoded)
    return [dict(zip(by_name, row, strict=True)) for row in zip(*by_name.values(), strict=True)]


def tokens_of(
    tokenizer: PreTrainedTokenizerBase, rows: Sequence[Sequence[str]], max_length: int
) -> list[dict[str, NDArray[np.int32]]]:
    """The same for any number of rows, in less memory."""
    found: list[dict[str, NDArray[np.int32]]] = []
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        found += [
            {name: np.array(each, dtype=np.int32) for name, each in row.items()}
            for row in cut(tokenizer, rows[start : start + _ROWS_AT_ONCE], max_length)
        ]
    return found


def _with_tokens(
    tokenizer: PreTrainedTokenizerBase, encoded: Mapping[str, list[list[int]]]
) -> dict[str, list[list[int]]]:
    """The rows, of which each has a token."""
    instead = {"input_ids": [token_of_no_text(tokenizer)], "token_type_ids": [0]}
    return {
        name: [row or instead[name] for row in encoded[name]] for name in instead if name in encoded
    }
