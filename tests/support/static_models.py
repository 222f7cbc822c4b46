"""Tiny static embeddings, as model2vec itself saves them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from model2vec import StaticModel
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tests.support.tiny_models import build_tiny_model

NUMBERS = 16
_CLUSTERS = 9


def static_model(
    folder: Path,
    sentences: Sequence[str],
    family: str = "bert",
    *,
    dtype: str = "float32",
    is_quantised: bool = False,
    **options: Any,
) -> Path:
    """Save a model in `folder` and return it: random vectors for the tokeniser of a tiny model.

    Args:
        is_quantised: whether tokens share vectors, by a mapping, and have weights.
        options: of model2vec's StaticModel, such as `normalize`.
    """
    plain = build_tiny_model(family, folder.with_name(f"{folder.name}-plain"), sentences)
    tokenizer = Tokenizer.from_file(str(plain / "tokenizer.json"))
    chance = np.random.default_rng(7)
    num_tokens = tokenizer.get_vocab_size()
    vectors = chance.normal(size=(_CLUSTERS if is_quantised else num_tokens, NUMBERS))
    if is_quantised:
        options["token_mapping"] = chance.integers(_CLUSTERS, size=num_tokens)
        options["weights"] = chance.random(num_tokens)
    stored = (100 * vectors if dtype == "int8" else vectors).astype(dtype)
    StaticModel(stored, tokenizer, **options).save_pretrained(folder)
    return folder


def library_vectors(folder: Path, texts: Sequence[str]) -> NDArray[Any]:
    """(texts, numbers) what model2vec gives for the texts."""
    return np.asarray(StaticModel.from_pretrained(folder).encode([*texts]))
