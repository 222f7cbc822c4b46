"""Vectors of texts from a model with frozen weights, equal to those of its authors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, BatchEncoding, PreTrainedModel, PreTrainedTokenizerBase

from embedding.pooling import pooled
from embedding.reading_weights import reading_dtype
from embedding.usage import Usage
from embedding.vector_layers import vector_layers
from fine_tuning.micro_batches import Inputs, MicroBatches
from job import hardware
from job.forward_precision import ForwardPrecision
from model.sentence_layout import LAST, MEAN
from training_data.given_texts import given_texts
from training_data.model_inputs import inputs_for
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.text_batches import padded

LAST_LAYER, ALL_LAYERS = "last", "mean"
"""The vector of the last layer, and the mean of the vectors of all layers, without the embeddings
below them."""

# More than rounding errors, less than the effect of a token that is attended to.
_TOLERANCE = 1e-5


@dataclass(frozen=True)
class TextVectors:
    """Of rows in their order."""

    by_layer: dict[str, NDArray[np.float32]]
    """(rows, numbers), by LAST_LAYER and, if asked for, ALL_LAYERS."""
    lengths: NDArray[np.int64]
    """(rows,) tokens after truncation, with the prompt."""


@dataclass
class TextEncoder:
    """A model with its tokeniser; of an encoder-decoder the encoder."""

    model: PreTrainedModel
    network: torch.nn.Module
    """The part of `model` that computes the tokens' states."""
    tokenizer: PreTrainedTokenizerBase
    usage: Usage
    layers: torch.nn.Sequential
    """What the authors do with the vector of the last layer."""
    precision: ForwardPrecision = field(default_factory=ForwardPrecision)
    num_tokens: int = 0
    """So far, with padding."""

    @classmethod
    def load(cls, folder: Path, usage: Usage, *, allow_remote_code: bool) -> "TextEncoder":
        """Load a snapshot. Raises ModelError if the weights of `usage.layers` cannot be read."""
        model = load_without_head(folder, allow_remote_code=allow_remote_code)
        tokenizer = load_prepared_tokenizer(folder, allow_remote_code=allow_remote_code)
        return cls.of(model, tokenizer, folder, usage)

    @classmethod
    def of(
        cls, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, folder: Path, usage: Usage
    ) -> "TextEncoder":
        """As `load`, with the model and the tokeniser in `folder`.

        Where nobody says how to pool, causal models use the last token, since only that one has
        seen the whole text. Others use the mean over all tokens, because without fine-tuning the
        first token is trained for something else or not at all.
        """
        network = encoder_of(model)
        network.eval()
        # A decoder would cache keys and values for generation.
        model.config.use_cache = False
        if not usage.pooling:
            pooling = LAST if is_causal(network, len(tokenizer)) else MEAN
            usage = replace(usage, pooling=[pooling])
        layers = vector_layers(folder, usage.layers)
        network.to(hardware.device())
        layers.to(hardware.device())
        precision = ForwardPrecision(widen=network.float)
        return cls(model, network, tokenizer, usage, layers, precision)

    @property
    def num_parameters(self) -> int:
        parts = (self.model, self.layers)
        return sum(weight.numel() for part in parts for weight in part.parameters())

    def vectors(
        self,
        rows: Sequence[Sequence[str]],
        batch_size: int,
        *,
        reads_all_layers: bool = False,
        on_batch: Callable[[], None] = lambda: None,
    ) -> TextVectors:
        """The vectors of rows of one text each, or of two that the model reads as one input.

        Args:
            batch_size: rows of similar length that are computed at once, if memory suffices.
            reads_all_layers: whether to give ALL_LAYERS, too.
            on_batch: is called before each batch.
        """
        order = np.argsort([-sum(map(len, row)) for row in rows], kind="stable")
        memory, parts, lengths = MicroBatches(), [], np.empty(len(rows), dtype=np.int64)
        for start in range(0, len(order), batch_size):
            on_batch()
            numbers = order[start : start + batch_size]
            batch = self.batch([rows[number] for number in numbers])
            lengths[numbers] = batch["attention_mask"].sum(dim=1).numpy()
            self.num_tokens += batch["input_ids"].numel()
            inputs: Any = batch.to(hardware.device())
            parts += memory.run(inputs, lambda part: self.of_batch(part, reads_all_layers))
        names = (LAST_LAYER, ALL_LAYERS) if reads_all_layers else (LAST_LAYER,)
        columns = [torch.cat(column).numpy() for column in zip(*parts, strict=True)]
        by_layer = {
            name: _in_order(column, order) for name, column in zip(names, columns, strict=True)
        }
        return TextVectors(by_layer, lengths)

    def batch(self, rows: Sequence[Sequence[str]]) -> BatchEncoding:
        """The tokens of rows, padded on the right."""
        return padded(
            self.tokenizer, [self._given(row) for row in rows], self.usage.max_length, "right"
        )

    def of_batch(self, batch: Inputs, reads_all_layers: bool = False) -> tuple[torch.Tensor, ...]:
        """(rows, numbers) for LAST_LAYER and, if asked for, for ALL_LAYERS."""
        with torch.inference_mode():
            last, *rest = self.precision.run(
                lambda: torch.stack(self.pooled(batch, reads_all_layers))
            )
            last = self.finished(last)
        return tuple(vectors.float().cpu() for vectors in (last, *rest))

    def pooled(self, batch: Inputs, reads_all_layers: bool) -> list[torch.Tensor]:
        """As `of_batch`, but the vector of the last layer is not finished."""
        asked = {"output_hidden_states": True} if reads_all_layers else {}
        outputs = self.network(**inputs_for(self.network, batch), **asked)
        last = self._vector(outputs.last_hidden_state, batch)
        if not reads_all_layers:
            return [last]
        # The first are the embeddings, which no layer has changed yet.
        layers = (outputs.hidden_states or ())[1:] or (outputs.last_hidden_state,)
        return [last, torch.stack([self._vector(each, batch) for each in layers]).mean(dim=0)]

    def finished(self, last: torch.Tensor) -> torch.Tensor:
        """The pooled vector of the last layer, as its authors use it."""
        return self.layers(last)[:, : self.usage.size]

    def _vector(self, states: torch.Tensor, batch: Inputs) -> torch.Tensor:
        num_first = 0 if self.usage.pools_prompt else self._prompt_length
        return pooled(states, batch["attention_mask"], self.usage.pooling, num_first)

    def _given(self, row: Sequence[str]) -> Sequence[str]:
        return given_texts(row, prompt=self.usage.prompt, lowers_case=self.usage.lowers_case)

    @cached_property
    def _prompt_length(self) -> int:
        """The tokens of the prompt, without one that ends a text."""
        if not self.usage.prompt:
            return 0
        tokens = self.batch([[""]])["input_ids"][0].tolist()
        return len(tokens) - (tokens[-1] in self.tokenizer.all_special_ids)


def load_without_head(folder: Path, *, allow_remote_code: bool) -> PreTrainedModel:
    """Load a snapshot's model, to be read only."""
    return AutoModel.from_pretrained(
        folder, dtype=reading_dtype(folder), trust_remote_code=allow_remote_code
    )


def encoder_of(model: PreTrainedModel) -> torch.nn.Module:
    """The encoder of an encoder-decoder, else the model itself.

    A model that was saved without its decoder may get a new one when it is loaded, and still say
    that it has none.
    """
    has_decoder = hasattr(model, "encoder") and hasattr(model, "decoder")
    network: torch.nn.Module = model
    if model.config.is_encoder_decoder or has_decoder:
        network = model.get_encoder()
    return network


def is_causal(network: torch.nn.Module, num_tokens: int) -> bool:
    """Whether a token's state does not depend on the tokens after it.

    This is tested on an example, because there are too many model types and some can be either.
    """
    ids = torch.arange(4) % num_tokens
    other = torch.cat([ids[:-1], (ids[-1:] + 1) % num_tokens])
    with torch.inference_mode():
        states = network(input_ids=torch.stack([ids, other])).last_hidden_state
    return torch.allclose(states[0, 0], states[1, 0], rtol=0, atol=_TOLERANCE)


def _in_order(sorted_rows: NDArray[np.float32], order: NDArray[np.intp]) -> NDArray[np.float32]:
    in_order = np.empty_like(sorted_rows)
    in_order[order] = sorted_rows
    return in_order
