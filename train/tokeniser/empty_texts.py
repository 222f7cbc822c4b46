"""Texts of which a tokeniser leaves no token, which no model can be asked about."""

from collections.abc import Iterable, Sequence

from transformers import PreTrainedTokenizerBase


def with_a_token(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], rows: Iterable[int]
) -> list[str]:
    """`texts`, with the token that ends a text in place of those at `rows`.

    An empty text is nothing to the tokenisers that put no special tokens around it, as GPT-2's.
    """
    filled = list(texts)
    for row in rows:
        filled[row] = tokenizer.eos_token or tokenizer.pad_token
    return filled
