"""A model for natural language inference: how much a text entails each of some sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import (
    AutoModelForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from embedding.reading_weights import reading_dtype
from fine_tuning.micro_batches import Inputs, MicroBatches
from job import hardware
from job.forward_precision import ForwardPrecision
from model.model_files import ModelError
from training_data.model_inputs import inputs_for
from training_data.padding import padding_side
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.text_batches import padded

# Pairs of some texts with all sentences are in memory at once.
_TEXTS_AT_ONCE = 256


def load_classifier(
    folder: Path, tokenizer: PreTrainedTokenizerBase, *, allow_remote_code: bool
) -> PreTrainedModel:
    """Load a snapshot with its own head, to be read only. Raises ModelError if some weights are
    missing."""
    model, loading = AutoModelForSequenceClassification.from_pretrained(
        folder,
        dtype=reading_dtype(folder),
        output_loading_info=True,
        trust_remote_code=allow_remote_code,
    )
    missing = sorted(loading["missing_keys"])
    if missing:
        raise ModelError(
            f"Its config.json names a label for entailment, and weights are not stored that it "
            f"needs for it ({missing[0]}): give the model as it was saved after its training."
        )
    model.config.pad_token_id = tokenizer.pad_token_id
    tokenizer.padding_side = padding_side(model.config)
    classifier: PreTrainedModel = model.eval()
    return classifier


@dataclass
class EntailmentModel:
    classifier: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    entailment: int
    """The number of the output."""
    max_length: int
    """Tokens of a text and a sentence together; the longer one is cut."""
    precision: ForwardPrecision
    tokens_per_text: float | None = None
    """Read of each text, with all sentences, when texts were given last."""

    @classmethod
    def load(
        cls, folder: Path, entailment: int, max_length: int, *, allow_remote_code: bool
    ) -> "EntailmentModel":
        tokenizer = load_prepared_tokenizer(folder, allow_remote_code=allow_remote_code)
        classifier: Any = load_classifier(folder, tokenizer, allow_remote_code=allow_remote_code)
        precision = ForwardPrecision(widen=classifier.float)
        placed = classifier.to(hardware.device())
        return cls(placed, tokenizer, entailment, max_length, precision)

    @property
    def num_parameters(self) -> int:
        return sum(weight.numel() for weight in self.classifier.parameters())

    def log_odds(
        self, texts: Sequence[str], sentences: Sequence[str], batch_size: int
    ) -> NDArray[np.float32]:
        """(texts, sentences), the logarithm of the odds that a text entails a sentence."""
        num_tokens, parts = 0, []
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            some = texts[start : start + _TEXTS_AT_ONCE]
            odds, tokens = self._of_pairs([(a, b) for a in some for b in sentences], batch_size)
            parts.append(odds.reshape(len(some), len(sentences)))
            num_tokens += tokens
        self.tokens_per_text = num_tokens / max(len(texts), 1)
        empty = np.zeros((0, len(sentences)), dtype=np.float32)
        return np.concatenate([empty, *parts])

    def _of_pairs(
        self, pairs: Sequence[tuple[str, str]], batch_size: int
    ) -> tuple[NDArray[np.float32], int]:
        """(pairs,), and the tokens that the model has read, without padding."""
        order = np.argsort([-len(text) - len(sentence) for text, sentence in pairs], kind="stable")
        odds, num_tokens = np.empty(len(pairs), dtype=np.float32), 0
        memory = MicroBatches()
        for start in range(0, len(order), batch_size):
            numbers = order[start : start + batch_size]
            rows = [pairs[number] for number in numbers]
            batch = padded(self.tokenizer, rows, self.max_length, self.tokenizer.padding_side)
            num_tokens += int(batch["attention_mask"].sum())
            inputs: Any = batch.to(hardware.device())
            odds[numbers] = torch.cat(memory.run(inputs, self._of_batch)).numpy()
        return odds, num_tokens

    def _of_batch(self, batch: Inputs) -> torch.Tensor:
        model: Any = self.classifier
        inputs = inputs_for(model, batch)
        with torch.inference_mode():
            logits = self.precision.run(lambda: model(**inputs).logits).float()
        others = [number for number in range(logits.shape[1]) if number != self.entailment]
        odds = logits[:, self.entailment] - logits[:, others].logsumexp(dim=1)
        return odds.cpu()
