"""Standardises the numbers that a model learns: its head starts near 0 and changes slowly."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray


@dataclass(frozen=True)
class LabelScale:
    """A number is `offset + scale * output`, so that outputs of mean 0 and deviation 1 fit."""

    offset: float = 0.0
    scale: float = 1.0

    @classmethod
    def of(cls, labels: NDArray[np.floating], model: torch.nn.Module) -> "LabelScale":
        """The scale of train's labels, (rows,). There is no offset if the head has no bias or is
        not a linear layer."""
        layer = output_layer(model)
        if layer is None:
            return cls()
        offset = 0.0 if layer.bias is None else float(np.mean(labels))
        return cls(offset, float(np.std(labels)) or 1.0)

    def numbers(self, outputs: torch.Tensor) -> torch.Tensor:
        return outputs * self.scale + self.offset

    def fold_into(self, model: torch.nn.Module) -> None:
        """Change the model's head so that it predicts in the labels' unit."""
        layer = output_layer(model)
        if layer is None:
            return
        with torch.no_grad():
            layer.weight.mul_(self.scale)
            if layer.bias is not None:
                layer.bias.mul_(self.scale).add_(self.offset)


def output_layer(model: Any, num_outputs: int = 1) -> torch.nn.Linear | None:
    """The last linear layer with `num_outputs` outputs, which is the head's; None without one."""
    layers = [
        module
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear)
        and module.out_features == num_outputs
        and "lora_" not in name
    ]
    return layers[-1] if layers else None
