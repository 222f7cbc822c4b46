"""Texts as counts of word and character n-grams, weighted by how few texts have them (TF-IDF)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

# The most frequent ones, so that memory stays bounded whatever the number of texts.
MOST_FEATURES_PER_KIND = 200_000

_COMMON = {"sublinear_tf": True, "dtype": np.float32, "max_features": MOST_FEATURES_PER_KIND}
_KINDS: dict[str, dict[str, Any]] = {
    # A run of signs is a word too: no text is without any, and "!!!" and ":)" tell something.
    "words": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\w+|[^\w\s]+"},
    "characters": {"analyzer": "char_wb", "ngram_range": (3, 5)},
}


class NgramFeatures:
    """Word 1-2-grams and, within words, character 3-5-grams; each kind has length 1."""

    def __init__(self, vectorisers: dict[str, TfidfVectorizer]) -> None:
        self._vectorisers = vectorisers

    @classmethod
    def learnt_from(cls, texts: Sequence[str]) -> tuple["NgramFeatures", csr_matrix]:
        """The n-grams of `texts`, and their features."""
        vectorisers = {kind: TfidfVectorizer(**_COMMON, **own) for kind, own in _KINDS.items()}
        parts = [vectoriser.fit_transform(texts) for vectoriser in vectorisers.values()]
        return cls(vectorisers), hstack(parts, format="csr")

    @classmethod
    def restored(
        cls, vocabularies: dict[str, list[str]], weights: dict[str, NDArray[np.float32]]
    ) -> "NgramFeatures":
        """From what `vocabularies` and `weights` gave."""
        vectorisers = {}
        for kind, own in _KINDS.items():
            vectoriser = TfidfVectorizer(**_COMMON, **own, vocabulary=vocabularies[kind])
            vectoriser.idf_ = weights[kind]
            vectorisers[kind] = vectoriser
        return cls(vectorisers)

    def of(self, texts: Sequence[str]) -> csr_matrix:
        """(rows, features), float32."""
        parts = [vectoriser.transform(texts) for vectoriser in self._vectorisers.values()]
        return hstack(parts, format="csr")

    @property
    def vocabularies(self) -> dict[str, list[str]]:
        """By kind the n-grams, in the order of their features."""
        return {
            kind: vectoriser.get_feature_names_out().tolist()
            for kind, vectoriser in self._vectorisers.items()
        }

    @property
    def weights(self) -> dict[str, NDArray[np.float32]]:
        """By kind the inverse document frequencies, in the same order."""
        return {
            kind: np.asarray(vectoriser.idf_, dtype=np.float32)
            for kind, vectoriser in self._vectorisers.items()
        }
