"""Splits batches into micro-batches, and into more of them when memory runs out."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import torch

from limits.out_of_memory import is_out_of_memory

Inputs = Mapping[str, torch.Tensor]
Output = TypeVar("Output")


@dataclass
class MicroBatches:
    """Runs work on parts of a batch. Once a batch did not fit, later ones are split alike."""

    parts: int = 1

    def run(
        self,
        batch: Inputs,
        work: Callable[[Inputs], Output],
        start_again: Callable[[], None] = lambda: None,
    ) -> list[Output]:
        """The results of `work` for each part, in order.

        When memory runs out, the number of parts is doubled, `start_again` is called, and the whole
        batch is processed again. A single row that does not fit raises its error.
        """
        while True:
            try:
                return [work(part) for part in _parted(batch, self.parts)]
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error) or self.parts >= num_rows(batch):
                    raise
            # Only after the handler are the tensors of the failed computation released.
            self.parts *= 2
            start_again()
            free_memory()


def num_rows(batch: Inputs) -> int:
    return len(next(iter(batch.values())))


def _parted(batch: Inputs, parts: int) -> list[Inputs]:
    """At most `parts` parts with equally many rows, except the last."""
    rows = -(-num_rows(batch) // parts)
    return [
        {name: tensor[start : start + rows] for name, tensor in batch.items()}
        for start in range(0, num_rows(batch), rows)
    ]


def free_memory() -> None:
    """Of objects that nothing refers to any more, the GPU's too."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
