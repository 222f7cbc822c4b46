"""Texts as TF-IDF weighted counts of word and character n-grams."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

# Only the most frequent n-grams are kept, which bounds memory for any number of texts.
MOST_FEATURES_PER_KIND = 200_000
_FEWEST_ROWS = 3

_COMMON = {"sublinear_tf": True, "dtype": np.float32, "max_features": MOST_FEATURES_PER_KIND}
_KINDS: dict[str, dict[str, Any]] = {
    # Runs of punctuation are words too: every text has a word, and "!!!" and ":)" are informative.
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
        """Restore from the results of `vocabularies` and `weights`."""
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
        """The n-grams of each kind, in the order of their features."""
        return {
            kind: vectoriser.get_feature_names_out().tolist()
            for kind, vectoriser in self._vectorisers.items()
        }

    @property
    def weights(self) -> dict[str, NDArray[np.float32]]:
        """The inverse document frequencies of each kind, in the same order."""
        return {
            kind: np.asarray(vectoriser.idf_, dtype=np.float32)
            for kind, vectoriser in self._vectorisers.items()
        }


def shared_features(features: csr_matrix) -> csr_matrix:
    """The columns of the n-grams that three rows or more have; all if there are none such.

    The others, which are most, tell hardly anything of rows that a model was not fitted on, but a
    fit takes time for each.
    """
    num_rows = np.bincount(features.indices, minlength=features.shape[1])
    is_shared = num_rows >= _FEWEST_ROWS
    return features[:, is_shared] if is_shared.any() else features
