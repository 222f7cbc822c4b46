"""The features of rows: which vectors of their texts, and how two texts are put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding.pair_features import pair_features
from embedding.text_encoder import ALL_LAYERS, LAST_LAYER, TextVectors

ALONE, JOINT = "alone", "joint"
"""Of a pair: each text has a vector of its own, and features compare them; or the model reads both
as one input."""

_LEAST = 1e-12

Rows = Sequence[Sequence[str]]
Vectors = Callable[[Rows], TextVectors]
"""Of inputs of one text each, or of two that are one input."""


@dataclass(frozen=True)
class FeatureKind:
    """One way to make features."""

    layer: str
    """LAST_LAYER or ALL_LAYERS."""
    pairing: str | None
    """ALONE or JOINT; None for rows of one text."""
    is_unit: bool = False
    """Whether features get the length 1, so that products with others of that length are
    cosines."""


@dataclass(frozen=True)
class RowFeatures:
    """Of rows in their order."""

    values: NDArray[np.float32]
    """(rows, features)"""
    lengths: NDArray[np.int64]
    """(rows,) tokens that the model has read."""


def feature_kinds(*, is_sentence_encoder: bool, is_pair: bool) -> list[FeatureKind]:
    """The ways to choose from: authors of sentence encoders have chosen."""
    layers = [LAST_LAYER] if is_sentence_encoder else [LAST_LAYER, ALL_LAYERS]
    pairings: list[str | None] = [None]
    if is_pair:
        pairings = [ALONE] if is_sentence_encoder else [ALONE, JOINT]
    return [FeatureKind(layer, pairing) for pairing in pairings for layer in layers]


def row_features(rows: Rows, kind: FeatureKind, vectors: Vectors) -> RowFeatures:
    if kind.pairing != ALONE:
        found = vectors(rows)
        values = found.by_layer[kind.layer]
        return RowFeatures(unit_length(values) if kind.is_unit else values, found.lengths)
    found = vectors([[text] for row in rows for text in row])
    values = found.by_layer[kind.layer]
    lengths = found.lengths.reshape(-1, 2).sum(axis=1)
    return RowFeatures(pair_features(values[0::2], values[1::2]), lengths)


def unit_length(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors (rows, numbers) at the length 1; one of zeros stays."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, _LEAST), dtype=np.float32)
