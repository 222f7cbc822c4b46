"""Texts for which a tokeniser returns no token, so that no model could classify them."""

from transformers import PreTrainedTokenizerBase


def token_of_no_text(tokenizer: PreTrainedTokenizerBase) -> int:
    """The token that such a text gets: the one that ends a text.

    Tokenisers without special tokens, such as GPT-2's, return no token for an empty text.
    """
    end: int | None = tokenizer.eos_token_id
    number: int = tokenizer.pad_token_id if end is None else end
    return number
