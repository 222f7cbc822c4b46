"""Sampled rows as a model's tokens, in the form in which training takes them."""

import numpy as np
from transformers import PreTrainedTokenizerBase

from screening.sampled_rows import SampledRows
from training_data.text_batches import padded
from training_data.token_columns import OPTIONAL_COLUMNS
from training_data.tokenised_rows import TokenisedRows


class SampledTokens(TokenisedRows):
    """The tokens that preparation would have stored, cut after `max_length`."""

    def __init__(
        self, rows: SampledRows, tokenizer: PreTrainedTokenizerBase, max_length: int
    ) -> None:
        batch = padded(tokenizer, rows.texts, max_length, "right")
        is_token = batch["attention_mask"].numpy() > 0
        self.ids = np.arange(len(rows))
        self.labels = rows.labels
        self.lengths = is_token.sum(axis=1)
        offsets = np.append(0, np.cumsum(self.lengths))
        self._sequences = {
            name: (batch[name].numpy()[is_token], offsets)
            for name in ("input_ids", *OPTIONAL_COLUMNS)
            if name in batch
        }
