"""Times alternating updates of two recipes, so that other load slows both equally."""

import math
import time
from typing import Any

import numpy as np
import torch
from torch.utils.data import Sampler
from transformers import TrainerCallback

from bench.candidate import OriginalRecipe
from fine_tuning.batches import Batches
from training_data.tokenised_rows import TokenisedRows

RECIPES = ("original", "bakeoff")


class SampledBatches(Sampler[list[int]]):
    """The requested number of an epoch's batches, evenly spread over all lengths."""

    def __init__(self, batches: Batches, rows: TokenisedRows, count: int) -> None:
        self.epoch = 0
        by_width = sorted(batches.of_epoch(0), key=lambda batch: rows.lengths[batch].max())
        count = min(count, len(by_width))
        middles = (np.arange(count) + 0.5) * len(by_width) / count
        self.chosen = [by_width[int(middle)] for middle in middles]
        np.random.default_rng(0).shuffle(self.chosen)

    def __len__(self) -> int:
        return len(self.chosen)

    def __iter__(self) -> Any:
        return (batch.tolist() for batch in self.chosen)


class InTurns(TrainerCallback):
    """Times each update of the Trainer, followed by one of the original recipe."""

    def __init__(
        self, original: OriginalRecipe, batches: list[np.ndarray], matrix_size: int
    ) -> None:
        self._original = original
        self._batches = list(batches)
        self._matrix_size = matrix_size
        self.seconds: dict[str, list[float]] = {name: [] for name in RECIPES}
        self.cpu_seconds: dict[str, list[float]] = {name: [] for name in RECIPES}
        self.peaks: list[float] = []
        self._began = (0.0, 0.0)

    def on_step_begin(self, *unused: Any, **named: Any) -> None:
        self._began = _clocks()

    def on_step_end(self, *unused: Any, **named: Any) -> None:
        self._note("bakeoff")
        self._began = _clocks()
        self._original.step(self._batches.pop())
        self._note("original")
        self.peaks.append(matrix_product_flops(self._matrix_size))

    def _note(self, name: str) -> None:
        now = _clocks()
        self.seconds[name].append(now[0] - self._began[0])
        self.cpu_seconds[name].append(now[1] - self._began[1])


def _clocks() -> tuple[float, float]:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter(), time.process_time()


def matrix_product_flops(size: int, times: int = 3) -> float:
    """FLOP/s of a product of two square bf16 matrices, the best of `times`."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    left, right = torch.randn(2, size, size, device=device).to(torch.bfloat16)
    best = math.inf
    for _ in range(times):
        began = _clocks()[0]
        left @ right
        best = min(best, _clocks()[0] - began)
    return 2 * size**3 / best
