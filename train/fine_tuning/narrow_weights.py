"""Weights that are not trained, kept in bf16 where nothing is lost by it: half of the memory.

An adapter's job leaves the model as it is. If its weights are stored in bf16, and the hardware
computes in bf16 anyway, they need not be numbers of 32 bits. What is trained always is: a step in
bf16 would be rounded away.
"""

from pathlib import Path

import torch
from transformers import PreTrainedModel

from job import hardware
from model.weight_files import are_stored_in_bf16


def start_dtype(folder: Path, method: str) -> torch.dtype:
    """The type in which to load a snapshot that is to be trained by the method."""
    is_left_alone = method == "lora" and hardware.precision() == "bf16"
    return torch.bfloat16 if is_left_alone and are_stored_in_bf16(folder) else torch.float32


def widen_head(model: PreTrainedModel) -> None:
    """Give the head, which every method trains, numbers of 32 bits."""
    for name, child in model.named_children():
        if name != model.base_model_prefix:
            child.float()
