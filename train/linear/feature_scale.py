"""Brings features to one scale, so that one strength of regularisation suits all of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import StandardScaler

from embedding.pair_features import pair_groups
from linear.linear_head import LinearHead


@dataclass(frozen=True)
class FeatureScale:
    """Subtracts `mean`, and divides by `scale`, both (features,)."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    @classmethod
    def of(cls, features: NDArray[np.float32], *, are_of_pairs: bool) -> "FeatureScale":
        """Each feature gets the variance 1, of (rows, features) as they are.

        Of `pair_features`, each kind gets the same variance in all, so that the cosine, which is
        but one number and often the best, costs a regularised model no more than the others.
        """
        scaler = StandardScaler().fit(features)
        scale = scaler.scale_
        if are_of_pairs:
            groups = np.array(pair_groups(features.shape[1]))
            scale = scale / np.sqrt(groups[0] / np.repeat(groups, groups))
        return cls(scaler.mean_, scale)

    def applied(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        scaled = features - self.mean.astype(np.float32)
        scaled /= self.scale.astype(np.float32)
        return scaled

    def undone(self, head: LinearHead) -> LinearHead:
        """The head for features as they are, from one for scaled features."""
        weights = head.weights / self.scale
        return LinearHead.of(weights, head.bias - weights @ self.mean)
