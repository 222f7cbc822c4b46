"""Converts pickled weights into safetensors, without running code that they may contain."""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from limits.full_disk import is_full_disk
from model.complete_model import PICKLED_INDEX
from model.model_files import ModelError
from model.model_snapshot import PICKLED_WEIGHTS, files_named
from model.weight_files import unreadable


def convert_pickled_weights(folder: Path) -> None:
    """Convert them; reading with weights_only=True runs no code from the file."""
    tensors: dict[str, Any] = {}
    pickled = files_named(folder, PICKLED_WEIGHTS)
    for path in pickled:
        try:
            tensors |= torch.load(path, map_location="cpu", weights_only=True)
        except MemoryError:
            raise
        except Exception as error:
            if is_full_disk(error):
                raise
            # torch's own words tell to run the code.
            raise unreadable(
                path,
                "it holds more than numbers, and so perhaps code, or is broken. Where you trust "
                "it, load it and save it again with save_pretrained, which writes safetensors",
            ) from error
    # Tied weights share memory, which safetensors refuses, so each is copied.
    clones = {
        name: value.clone().contiguous()
        for name, value in tensors.items()
        if isinstance(value, torch.Tensor)
    }
    # With an empty file, training would silently start from random weights.
    if not clones:
        raise ModelError(f"There are no weights in {pickled[0].name}.")
    save_file(clones, folder / "model.safetensors", metadata={"format": "pt"})
    for path in [*pickled, folder / PICKLED_INDEX]:
        path.unlink(missing_ok=True)
