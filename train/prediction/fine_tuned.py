"""A fine-tuned model as it was saved, for any number of texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification

from fine_tuning.micro_batches import MicroBatches
from fine_tuning.text_model import TextModel
from job import hardware
from job.forward_precision import FULL, ForwardPrecision
from training_data.model_inputs import RowCollator
from training_data.padding import padding_side
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.row_order import longest_first
from training_data.text_batches import tokens_of


@dataclass(frozen=True)
class FineTunedModel:
    """Computes in the batches in which the training job scored test: in narrow precision, a row's
    outputs depend on the padding around it."""

    model: TextModel
    batch_rows: int

    @classmethod
    def load(
        cls,
        folder: Path,
        max_length: int,
        batch_rows: int,
        precision: str | None,
        *,
        allow_remote_code: bool,
    ) -> "FineTunedModel":
        """It computes in fp32 if it was trained in it, else in the precision of this hardware."""
        tokenizer = load_prepared_tokenizer(folder, allow_remote_code=allow_remote_code)
        network: Any = AutoModelForSequenceClassification.from_pretrained(
            folder, dtype=torch.float32, trust_remote_code=allow_remote_code
        )
        tokenizer.padding_side = padding_side(network.config)
        forward = ForwardPrecision(FULL) if precision == FULL else ForwardPrecision()
        network = network.to(hardware.device()).eval()
        return cls(TextModel(network, tokenizer, max_length, precision=forward), batch_rows)

    def outputs_of(
        self, rows: Sequence[Sequence[str]], on_rows: Callable[[int], None] = lambda number: None
    ) -> NDArray[np.float32]:
        """(rows, outputs); `on_rows` is called with the number of rows of each batch."""
        tokens = tokens_of(self.model.tokenizer, rows, self.model.max_length)
        order = longest_first(np.array([len(each["input_ids"]) for each in tokens]))
        collate = RowCollator(
            self.model.tokenizer,
            pad_to_multiple_of=hardware.padding_multiple(self.model.max_length),
        )
        memory, parts = MicroBatches(), []
        for start in range(0, len(order), self.batch_rows):
            some = [tokens[number] for number in order[start : start + self.batch_rows]]
            batch: Any = collate(
                [{name: each.tolist() for name, each in row.items()} for row in some]
            )
            parts += memory.run(batch, self.model.of_batch)
            on_rows(len(some))
        found = torch.cat(parts).numpy()
        in_order = np.empty_like(found)
        in_order[order] = found
        return in_order
