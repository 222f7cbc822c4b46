"""The train rows whose words are most like those of a row.

By TF-IDF: it takes no pass of the model over train, and a causal model's own vectors, which it uses
to find the next word, say little about what texts have in common.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from linear.ngram_features import NgramFeatures
from prompting.examples import Example
from training_data.text_rows import columns_of, joined

NEAREST = "nearest"
_ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class NearestExamples:
    """Those of the pool with the highest cosine to the row, the nearest last."""

    pool: tuple[Example, ...]
    number: int
    features: NgramFeatures
    of_pool: csr_matrix
    """(pool, features)"""
    kind: str = NEAREST
    are_fixed: bool = False

    @classmethod
    def among(cls, pool: tuple[Example, ...], number: int) -> Self:
        texts = joined(*columns_of([example.texts for example in pool]))
        features, of_pool = NgramFeatures.learnt_from(texts)
        return cls(pool, number, features, of_pool)

    def with_number(self, number: int) -> Self:
        return replace(self, number=number)

    def of(self, rows: Sequence[Sequence[str]]) -> list[tuple[Example, ...]]:
        texts = joined(*columns_of(rows))
        parts = [
            texts[start : start + _ROWS_AT_ONCE] for start in range(0, len(texts), _ROWS_AT_ONCE)
        ]
        return [
            tuple(self.pool[place] for place in places)
            for part in parts
            for places in self._nearest(self.features.of(part))
        ]

    def _nearest(self, features: csr_matrix) -> NDArray[np.int64]:
        """(rows, number) places in the pool."""
        likeness = (features @ self.of_pool.T).toarray()
        # Of equals the first, on any machine.
        return np.argsort(-likeness, axis=1, kind="stable")[:, : self.number][:, ::-1]
