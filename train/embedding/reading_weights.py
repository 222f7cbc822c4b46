"""Weights of a model that is only read, kept in bf16 where that costs nothing: half of the memory.

It costs nothing if they are stored so, and a GPU computes in bf16 anyway. On a CPU they have 32
bits: few processors are faster in bf16, and memory is rarely what is lacking there.
"""

from pathlib import Path

import torch

from job import hardware
from model.weight_files import are_stored_in_bf16


def reading_dtype(folder: Path) -> torch.dtype:
    """The type in which to load a snapshot whose weights no job changes."""
    on_gpu = hardware.device().type == "cuda"
    computes_in_it = on_gpu and hardware.precision() == "bf16"
    return torch.bfloat16 if computes_in_it and are_stored_in_bf16(folder) else torch.float32
