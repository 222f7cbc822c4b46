"""One vector per text from an encoder whose weights stay as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BatchEncoding, PreTrainedModel, PreTrainedTokenizerBase

from job import hardware
from training_data.tokenised_rows import OPTIONAL_COLUMNS, TokenisedRows

MEAN, LAST = "mean", "last"

# More than rounding differs by, less than what a token that is read changes.
_TOLERANCE = 1e-5


@dataclass(frozen=True)
class PooledEncoder:
    """`pooling` is "mean", over the tokens of a text, or "last", its last token."""

    encoder: torch.nn.Module
    tokenizer: PreTrainedTokenizerBase
    pooling: str

    @classmethod
    def of(
        cls, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, pooling: str | None = None
    ) -> "PooledEncoder":
        """An encoder-decoder's encoder alone is used.

        Without `pooling` the last token is taken where tokens see only those before them, as in
        decoders, since it alone has seen the whole text; elsewhere the mean over all tokens: what
        stands at the first is trained for something else, or not at all, until it is fine-tuned.
        """
        encoder: torch.nn.Module = model.get_encoder() if model.config.is_encoder_decoder else model
        encoder.eval()
        # A decoder would keep what it needs to write on.
        model.config.use_cache = False
        if pooling is None:
            pooling = LAST if is_causal(encoder, len(tokenizer)) else MEAN
        encoder.to(hardware.device())
        return cls(encoder, tokenizer, pooling)

    def features(self, rows: TokenisedRows, batch_size: int) -> NDArray[np.float32]:
        """(rows, hidden size), of texts of similar length together, `batch_size` rows at a time."""
        order = np.argsort(-rows.lengths, kind="stable")
        parts = [
            self.pooled(self._padded([rows[index] for index in order[start : start + batch_size]]))
            for start in range(0, len(order), batch_size)
        ]
        features = np.concatenate(parts)
        in_order = np.empty_like(features)
        in_order[order] = features
        return in_order

    def pooled(self, batch: BatchEncoding) -> NDArray[np.float32]:
        """(rows, hidden size) of a batch that is padded to the right."""
        device = hardware.device()
        batch = batch.to(device)
        with torch.inference_mode(), hardware.autocast():
            hidden = self.encoder(**batch).last_hidden_state.float()
        mask = batch["attention_mask"]
        if self.pooling == LAST:
            pooled = hidden[torch.arange(len(hidden), device=device), mask.sum(dim=1) - 1]
        else:
            weights = mask[:, :, None].float()
            pooled = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
        return np.asarray(pooled.cpu().numpy(), dtype=np.float32)

    def _padded(self, batch: Sequence[Mapping[str, Any]]) -> BatchEncoding:
        names = [name for name in ("input_ids", *OPTIONAL_COLUMNS) if name in batch[0]]
        # To the right, so that positions count from the text's first token.
        return self.tokenizer.pad(
            {name: [row[name] for row in batch] for name in names},
            padding_side="right",
            return_attention_mask=True,
            return_tensors="pt",
        )


def is_causal(encoder: torch.nn.Module, num_tokens: int) -> bool:
    """Whether a token's state does not depend on the tokens after it.

    Tried rather than read off the model's type: there are too many, and some can be either.
    """
    ids = torch.arange(4) % num_tokens
    other = torch.cat([ids[:-1], (ids[-1:] + 1) % num_tokens])
    with torch.inference_mode():
        states = encoder(input_ids=torch.stack([ids, other])).last_hidden_state
    return torch.allclose(states[0, 0], states[1, 0], rtol=0, atol=_TOLERANCE)
