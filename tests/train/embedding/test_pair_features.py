"""What two vectors tell of each other."""

import numpy as np
import pytest

from embedding.pair_features import pair_features, pair_groups

FIRST = np.array([[1.0, 2.0], [0.0, 0.0]], dtype=np.float32)
SECOND = np.array([[2.0, 1.0], [3.0, 4.0]], dtype=np.float32)


def test_they_are_both_vectors_their_difference_their_product_and_their_cosine():
    features = pair_features(FIRST, SECOND)
    assert features[0] == pytest.approx([1, 2, 2, 1, 1, 1, 2, 2, 0.8])
    # A vector of zeros has no direction.
    assert features[1].tolist() == [0, 0, 3, 4, 3, 4, 0, 0, 0]
    assert features.dtype == np.float32
    assert pair_groups(features.shape[1]) == [2, 2, 2, 2, 1]
