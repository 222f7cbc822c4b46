"""Weights of a model that is only read, kept in bf16 where nothing is lost by it: half of the memory.

They are if they are stored so, and a GPU computes in bf16 anyway. On a CPU they stay as wide as
before: few processors are faster in bf16, and jobs there are small.
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
