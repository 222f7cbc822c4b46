"""One vector per text, from an encoder with frozen weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BatchEncoding, PreTrainedModel, PreTrainedTokenizerBase

from job import hardware
from job.forward_precision import ForwardPrecision
from training_data.model_inputs import inputs_for
from training_data.tokenised_rows import OPTIONAL_COLUMNS, TokenisedRows

MEAN, LAST = "mean", "last"

# More than rounding errors, less than the effect of a token that is attended to.
_TOLERANCE = 1e-5


@dataclass(frozen=True)
class PooledEncoder:
    """`pooling` is "mean", over the tokens of a text, or "last", its last token."""

    encoder: torch.nn.Module
    tokenizer: PreTrainedTokenizerBase
    pooling: str
    precision: ForwardPrecision = field(default_factory=ForwardPrecision)

    @classmethod
    def of(
        cls, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, pooling: str | None = None
    ) -> "PooledEncoder":
        """Prepare a model for pooling; of an encoder-decoder only the encoder is used.

        Without `pooling`, causal models use the last token, since only that one has seen the whole
        text. Others use the mean over all tokens, because without fine-tuning the first token is
        trained for something else or not at all.
        """
        encoder: torch.nn.Module = model.get_encoder() if model.config.is_encoder_decoder else model
        encoder.eval()
        # A decoder would cache keys and values for generation.
        model.config.use_cache = False
        if pooling is None:
            pooling = LAST if is_causal(encoder, len(tokenizer)) else MEAN
        encoder.to(hardware.device())
        return cls(encoder, tokenizer, pooling)

    def features(self, rows: TokenisedRows, batch_size: int) -> NDArray[np.float32]:
        """(rows, hidden size), computed in batches of `batch_size` texts of similar length."""
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
        """(rows, hidden size) of a batch padded on the right."""
        device = hardware.device()
        batch = batch.to(device)
        inputs = inputs_for(self.encoder, batch)
        with torch.inference_mode():
            states = self.precision.run(lambda: self.encoder(**inputs).last_hidden_state)
        hidden = states.float()
        mask = batch["attention_mask"]
        if self.pooling == LAST:
            pooled = hidden[torch.arange(len(hidden), device=device), mask.sum(dim=1) - 1]
        else:
            weights = mask[:, :, None].float()
            pooled = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
        return np.asarray(pooled.cpu().numpy(), dtype=np.float32)

    def _padded(self, batch: Sequence[Mapping[str, Any]]) -> BatchEncoding:
        names = [name for name in ("input_ids", *OPTIONAL_COLUMNS) if name in batch[0]]
        # On the right, so that positions count from the text's first token.
        return self.tokenizer.pad(
            {name: [row[name] for row in batch] for name in names},
            padding_side="right",
            return_attention_mask=True,
            return_tensors="pt",
        )


def is_causal(encoder: torch.nn.Module, num_tokens: int) -> bool:
    """Whether a token's state does not depend on the tokens after it.

    This is tested on an example, because there are too many model types and some can be either.
    """
    ids = torch.arange(4) % num_tokens
    other = torch.cat([ids[:-1], (ids[-1:] + 1) % num_tokens])
    with torch.inference_mode():
        states = encoder(input_ids=torch.stack([ids, other])).last_hidden_state
    return torch.allclose(states[0, 0], states[1, 0], rtol=0, atol=_TOLERANCE)
