"""Standardised features, in the coordinates of their principal directions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Singular values below this share of the largest are rounding errors.
_NEGLIGIBLE = 1e-6


@dataclass(frozen=True)
class StandardFeatures:
    """Features F with mean 0 and variance 1, as F = U S V'.

    Linear models whose weights are regularised alike in all directions give the same predictions
    from U S as from F, and U S has never more columns than there are rows.
    """

    left: NDArray[np.float64]
    """U, (rows, directions)."""
    singular: NDArray[np.float64]
    """The diagonal of S, (directions,), descending and above 0."""
    num_features: int
    """Of F, without those that are the same in all rows."""

    @classmethod
    def of(cls, features: NDArray[np.floating]) -> "StandardFeatures":
        """Of features (rows, features) as they are; raises ValueError if none differ by row."""
        wide = features.astype(np.float64)
        deviation = wide.std(axis=0)
        # A constant column has a rounding error for a deviation.
        varies = deviation > _NEGLIGIBLE * np.abs(wide).max(axis=0)
        if not varies.any():
            raise ValueError("all rows have the same features")
        standard = (wide[:, varies] - wide[:, varies].mean(axis=0)) / deviation[varies]
        left, singular, _ = np.linalg.svd(standard, full_matrices=False)
        is_used = singular > _NEGLIGIBLE * singular[0]
        return cls(left[:, is_used], singular[is_used], int(varies.sum()))

    @property
    def coordinates(self) -> NDArray[np.float64]:
        """U S, (rows, directions)."""
        return self.left * self.singular
