"""The head of a model that was fine-tuned before: kept if its labels are ours, else started anew.

The library keeps a head whenever the number of its outputs fits, whatever the outputs mean.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel

from fine_tuning.label_scale import output_layer

_MOST_SHOWN = 5
_MOST_CHARACTERS = 40


@dataclass(frozen=True)
class Head:
    """How the last layer of a model's head begins."""

    is_new: bool
    note: str | None = None
    """A sentence for people, if the model had a head before."""


def fit_old_head(
    model: PreTrainedModel,
    folder: Path,
    labels: Sequence[str],
    *,
    missing: Collection[str],
    mismatched: Collection[str],
) -> Head:
    """Put the rows of the head's last layer into the order of `labels`, or initialise them.

    Args:
        model: loaded from `folder` with as many outputs as there are labels, or 1 for a number.
        labels: empty for a number.
        missing, mismatched: names of weights that the folder lacks, or has in another shape.
    """
    layer = output_layer(model, len(labels) or 1)
    name = next((name for name, weight in model.named_parameters() if _is_of(layer, weight)), None)
    if layer is None or name in missing:
        return Head(is_new=layer is not None)
    old = _label_names(folder)
    order = _order_of(labels, old)
    if order is None or name in mismatched:
        if name not in mismatched:
            _start_again(model, layer)
        reason = _difference(old, labels)
        return Head(is_new=True, note=f"The last layer of its head was started anew: {reason}.")
    if order == list(range(len(labels))):
        return Head(
            is_new=False,
            note="It keeps the head that it was trained with before, whose labels are the same.",
        )
    with torch.no_grad():
        for weight in layer.parameters():
            weight.copy_(weight[order].clone())
    return Head(
        is_new=False,
        note="It keeps the head that it was trained with before, whose labels are the same in "
        "another order: its rows were put into this run's order.",
    )


def _is_of(layer: torch.nn.Linear | None, weight: torch.Tensor) -> bool:
    return layer is not None and weight is layer.weight


def _label_names(folder: Path) -> list[str]:
    """The names of the outputs in config.json, in order; empty if it does not name them all."""
    config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    named = config.get("id2label")
    if not isinstance(named, dict):
        return []
    by_number = {str(number): str(label) for number, label in named.items()}
    names = [by_number.get(str(number)) for number in range(len(by_number))]
    return [] if None in names else [name for name in names if name is not None]


def _order_of(labels: Sequence[str], old: Sequence[str]) -> list[int] | None:
    """For each of our labels its number in the old head; None if the labels are not the same."""
    places = {_folded(name): number for number, name in enumerate(old)}
    wanted = [_folded(name) for name in labels]
    is_same = len(places) == len(old) == len(set(wanted)) and set(places) == set(wanted)
    return [places[name] for name in wanted] if labels and is_same else None


def _folded(name: str) -> str:
    """The name without regard to case and spaces."""
    return "".join(name.casefold().split())


def _start_again(model: PreTrainedModel, layer: torch.nn.Linear) -> None:
    for weight in layer.parameters():
        # The library's functions pass over weights that were read from a file.
        weight._is_hf_initialized = False  # type: ignore[attr-defined]
    with torch.no_grad():
        model._init_weights(layer)


def _difference(old: Sequence[str], labels: Sequence[str]) -> str:
    if not labels:
        return "the scale of the numbers that it was trained to predict is unknown"
    if not old:
        return (
            "its config.json does not say which labels its outputs stand for (name them in "
            "id2label to keep it)"
        )
    shown = ", ".join(repr(name[:_MOST_CHARACTERS]) for name in old[:_MOST_SHOWN])
    more = f" and {len(old) - _MOST_SHOWN} more" if len(old) > _MOST_SHOWN else ""
    return f"it is for other labels ({shown}{more})"
