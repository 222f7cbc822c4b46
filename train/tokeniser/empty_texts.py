"""Texts for which a tokeniser returns no token, so that no model could classify them."""

from collections.abc import Iterable, Sequence

from transformers import PreTrainedTokenizerBase


def with_a_token(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], rows: Iterable[int]
) -> list[str]:
    """`texts`, with those at `rows` replaced by the end-of-text token.

    Tokenisers without special tokens, such as GPT-2's, return no token for an empty text.
    """
    filled = list(texts)
    for row in rows:
        filled[row] = tokenizer.eos_token or tokenizer.pad_token
    return filled
