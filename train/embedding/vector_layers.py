"""What authors do with a vector after pooling: dense layers, normalisation."""

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from model.model_files import ModelError
from model.sentence_layout import DENSE, LAYER_NORM, VectorLayer


class _UnitLength(torch.nn.Module):
    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.normalize(vectors, dim=-1)


def vector_layers(folder: Path, layers: Sequence[VectorLayer]) -> torch.nn.Sequential:
    """The layers of a snapshot, in order. Raises ModelError if their weights cannot be read."""
    return torch.nn.Sequential(*(_layer(folder, layer) for layer in layers)).eval()


def _layer(folder: Path, layer: VectorLayer) -> torch.nn.Module:
    if layer.kind not in (DENSE, LAYER_NORM):
        return _UnitLength()
    name = f"{layer.folder}/model.safetensors"
    try:
        weights = {key: value.float() for key, value in load_file(folder / name).items()}
        return _dense(weights, layer) if layer.kind == DENSE else _layer_norm(weights)
    except (SafetensorError, KeyError, RuntimeError, ValueError, IndexError) as error:
        raise ModelError(
            f"Its {name} does not hold the weights of a layer {layer.kind}: {error}."
        ) from error


def _dense(weights: dict[str, torch.Tensor], layer: VectorLayer) -> torch.nn.Module:
    outputs, inputs = weights["linear.weight"].shape
    linear = torch.nn.Linear(inputs, outputs, bias="linear.bias" in weights)
    linear.load_state_dict({key.removeprefix("linear."): value for key, value in weights.items()})
    return torch.nn.Sequential(linear, getattr(torch.nn, layer.activation)())


def _layer_norm(weights: dict[str, torch.Tensor]) -> torch.nn.Module:
    norm = torch.nn.LayerNorm(weights["norm.weight"].shape[0])
    norm.load_state_dict({key.removeprefix("norm."): value for key, value in weights.items()})
    return norm
