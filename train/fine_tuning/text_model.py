"""A fine-tuned model that computes outputs from texts, as in later use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from fine_tuning.label_scale import LabelScale
from job import hardware
from job.forward_precision import ForwardPrecision
from training_data.model_inputs import inputs_for
from training_data.text_batches import padded


@dataclass
class TextModel:
    """`tokenizer` pads on the side that the model's head needs."""

    model: Any
    """A model of transformers or, with adapters, of peft."""
    tokenizer: PreTrainedTokenizerBase
    max_length: int
    scale: LabelScale = field(default_factory=LabelScale)
    """The scale of the model's outputs."""
    precision: ForwardPrecision = field(default_factory=ForwardPrecision)

    def outputs(self, rows: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """(rows, outputs) for rows of one or two texts, with the same precision as for scoring."""
        batch = padded(self.tokenizer, rows, self.max_length, self.tokenizer.padding_side)
        return np.asarray(self.of_batch(batch).numpy(), dtype=np.float32)

    def of_batch(self, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """The same for a padded batch of tokens; in this process's memory."""
        if self.model.training:
            self.model.eval()
        device = hardware.device()
        inputs = inputs_for(self.model, {name: each.to(device) for name, each in batch.items()})
        with torch.inference_mode():
            logits = self.precision.run(lambda: self.model(**inputs).logits)
            return self.scale.numbers(logits.float()).cpu()
