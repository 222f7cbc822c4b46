"""The states of a text's tokens as one vector, in the ways that sentence-transformers knows."""

from collections.abc import Sequence

import torch

from model.sentence_layout import CLS, LAST, MEAN

_LEAST = 1e-9


def pooled(
    states: torch.Tensor, mask: torch.Tensor, pooling: Sequence[str], num_first: int = 0
) -> torch.Tensor:
    """(rows, numbers), the vectors of all ways in `pooling` one after another.

    Args:
        states: (rows, tokens, hidden size).
        mask: (rows, tokens), 1 for a token of the text, 0 for padding, on either side.
        pooling: some of POOLINGS.
        num_first: tokens at the beginning that do not count, unless a text has no others.
    """
    states = states.float()
    counted = _without_first(mask, num_first)
    return torch.cat([_pooled(states, mask, counted, way) for way in pooling], dim=1)


def _without_first(mask: torch.Tensor, num_first: int) -> torch.Tensor:
    if not num_first:
        return mask
    rest = mask * (mask.cumsum(dim=1) > num_first)
    return torch.where(rest.any(dim=1, keepdim=True), rest, mask)


def _pooled(
    states: torch.Tensor, mask: torch.Tensor, counted: torch.Tensor, way: str
) -> torch.Tensor:
    rows = torch.arange(states.shape[0], device=states.device)
    if way == CLS:
        return states[rows, counted.argmax(dim=1)]
    if way == LAST:
        return states[rows, mask.cumsum(dim=1).argmax(dim=1)]
    is_counted = counted[:, :, None] > 0
    if way == "max":
        return states.masked_fill(~is_counted, float("-inf")).amax(dim=1)
    weights = is_counted.float()
    if way == "weightedmean":
        weights = weights * mask.cumsum(dim=1)[:, :, None]
    total, number = (states * weights).sum(dim=1), weights.sum(dim=1).clamp(min=_LEAST)
    return total / (number if way in (MEAN, "weightedmean") else number.sqrt())
