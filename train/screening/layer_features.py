"""One vector per text from a frozen model: of its last layer, and the mean over its layers."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from fine_tuning.micro_batches import Inputs, MicroBatches
from job import hardware
from linear.frozen_encoder import load_encoder
from linear.pooled_features import PooledEncoder
from screening.pooling import authors_pooling, mean_over_layers, pooled
from screening.sampled_rows import SampledRows
from training_data.model_inputs import inputs_for
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.text_batches import padded

BATCH_ROWS = 32

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class LayerFeatures:
    """Features (rows, hidden size), in the order of the rows."""

    last: Floats
    """Of the last layer."""
    mean: Floats
    """The mean over all layers, without the embeddings below them."""
    pooling: str
    """How the tokens of a text became one vector."""
    num_tokens: int
    """With padding."""


@dataclass
class LayerEncoder:
    """A model with its tokeniser; of an encoder-decoder the encoder."""

    encoder: PooledEncoder
    max_length: int
    """Tokens after which texts are cut."""
    num_tokens: int = 0
    """So far, with padding."""

    @classmethod
    def load(cls, folder: Path, max_length: int, *, allow_remote_code: bool) -> "LayerEncoder":
        """Load a snapshot. It is pooled as its authors say, else as PooledEncoder would."""
        model = load_encoder(folder, allow_remote_code=allow_remote_code)
        tokenizer = load_prepared_tokenizer(folder, allow_remote_code=allow_remote_code)
        return cls(PooledEncoder.of(model, tokenizer, authors_pooling(folder)), max_length)

    def features(self, rows: SampledRows, on_batch: Callable[[], None]) -> LayerFeatures:
        """`on_batch` is called before each batch, of rows of similar length."""
        order = np.argsort([-sum(map(len, texts)) for texts in rows.texts], kind="stable")
        memory = MicroBatches()
        parts: list[torch.Tensor] = []
        for start in range(0, len(order), BATCH_ROWS):
            on_batch()
            batch = padded(
                self.encoder.tokenizer,
                [rows.texts[row] for row in order[start : start + BATCH_ROWS]],
                self.max_length,
                "right",
            )
            self.num_tokens += batch["input_ids"].numel()
            inputs: Any = batch.to(hardware.device())
            parts += memory.run(inputs, self._both)
        in_order = np.empty(torch.cat(parts).shape, dtype=np.float32)
        in_order[order] = torch.cat(parts).numpy()
        return LayerFeatures(in_order[:, 0], in_order[:, 1], self.encoder.pooling, self.num_tokens)

    def _both(self, batch: Inputs) -> torch.Tensor:
        """(rows, 2, hidden size): of the last layer, and the mean."""
        with torch.inference_mode():
            features = self.encoder.precision.run(lambda: self._stacked(batch))
        return features.cpu()

    def _stacked(self, batch: Inputs) -> torch.Tensor:
        network, mask, pooling = self.encoder.encoder, batch["attention_mask"], self.encoder.pooling
        outputs = network(**inputs_for(network, batch), output_hidden_states=True)
        last = pooled(outputs.last_hidden_state.float(), mask, pooling)
        # The first are the embeddings, which no layer has changed yet.
        layers = (outputs.hidden_states or ())[1:] or (outputs.last_hidden_state,)
        return torch.stack([last, mean_over_layers(layers, mask, pooling)], dim=1)
