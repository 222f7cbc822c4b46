"""How the tokens of a text become one vector: as the model's authors did, where they say so."""

from collections.abc import Sequence
from pathlib import Path

import torch

from linear.pooled_features import LAST, MEAN
from model.model_snapshot import POOLING_CONFIG, ModelError, read_json

CLS = "cls"
"""The first token."""

# As sentence-transformers' Pooling stores it, for the three that take one token or all alike.
_FLAGS = {
    "pooling_mode_cls_token": CLS,
    "pooling_mode_lasttoken": LAST,
    "pooling_mode_mean_tokens": MEAN,
}
_NAMES = {"cls": CLS, "lasttoken": LAST, "mean": MEAN}


def authors_pooling(folder: Path) -> str | None:
    """The pooling that the snapshot's POOLING_CONFIG names; None if it names none that we know."""
    path = folder / POOLING_CONFIG
    if not path.is_file():
        return None
    try:
        config = read_json(path)
    except ModelError:
        # It says how to pool and nothing else; the default serves as well.
        return None
    flagged = (pooling for flag, pooling in _FLAGS.items() if config.get(flag) is True)
    return next(flagged, _NAMES.get(str(config.get("pooling_mode"))))


def pooled(states: torch.Tensor, mask: torch.Tensor, pooling: str) -> torch.Tensor:
    """(rows, hidden size) of states (rows, tokens, hidden size) that are padded on the right."""
    if pooling == CLS:
        return states[:, 0]
    if pooling == LAST:
        return states[torch.arange(len(states), device=states.device), mask.sum(dim=1) - 1]
    weights = mask[:, :, None].to(states.dtype)
    return (states * weights).sum(dim=1) / weights.sum(dim=1)


def mean_over_layers(
    layers: Sequence[torch.Tensor], mask: torch.Tensor, pooling: str
) -> torch.Tensor:
    """The mean of the layers' pooled states."""
    return torch.stack([pooled(layer.float(), mask, pooling) for layer in layers]).mean(dim=0)
