"""Gradient checkpointing: a step keeps a layer's input alone, and computes the layer twice.

It takes about a third more time, so it comes last, where not even one row of a batch fits.
"""

from typing import Any

import torch


def can_recompute(model: Any) -> bool:
    """Whether the model's layers can, and do not yet."""
    whole = _whole(model)
    return bool(whole.supports_gradient_checkpointing and not whole.is_gradient_checkpointing)


def recompute(model: Any) -> None:
    """Have the layers do so in training; evaluation stays as it is."""
    # Adapters are beside weights that need no gradients, which the other way would stop at.
    _whole(model).gradient_checkpointing_enable({"use_reentrant": False})


def _whole(model: torch.nn.Module) -> Any:
    """The model of transformers, also below adapters."""
    base: Any = getattr(model, "get_base_model", None)
    return model if base is None else base()
