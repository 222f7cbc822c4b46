"""What two vectors tell of each other, as `embedding.pair_features` computes it, in torch."""

import torch

from embedding.pair_features import LEAST_NORMS


def pair_vectors(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """(rows, 4 * numbers + 1) of vectors (rows, numbers)."""
    norms = first.norm(dim=1) * second.norm(dim=1)
    product = first * second
    cosine = product.sum(dim=1) / norms.clamp(min=LEAST_NORMS)
    return torch.cat([first, second, (first - second).abs(), product, cosine[:, None]], dim=1)
