"""What two vectors tell of each other, for a linear model."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LEAST_NORMS = 1e-12
"""Of the product of two norms, which a cosine is divided by."""


def pair_features(first: Floats, second: Floats) -> Floats:
    """(rows, 4 * numbers + 1): both vectors (rows, numbers), the absolute values of their
    difference, their product and their cosine."""
    norms = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    product = first * second
    cosine = product.sum(axis=1) / np.maximum(norms, LEAST_NORMS)
    return np.concatenate(
        [first, second, np.abs(first - second), product, cosine[:, None]], axis=1, dtype=np.float32
    )


def pair_groups(num_features: int) -> list[int]:
    """How many of so many features are of each kind, in their order."""
    size = (num_features - 1) // 4
    return [size] * 4 + [1]
