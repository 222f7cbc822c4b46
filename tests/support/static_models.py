"""Tiny static embeddings, as model2vec and sentence-transformers themselves save them."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from model2vec import StaticModel
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules
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


def sentence_static_model(
    folder: Path, sentences: Sequence[str], *, is_normalised: bool = False, **options: Any
) -> Path:
    """Save a model in the layout of sentence-transformers in `folder` and return it.

    Args:
        options: of SentenceTransformer, such as `truncate_dim`.
    """
    plain = build_tiny_model("bert", folder.with_name(f"{folder.name}-plain"), sentences)
    tokenizer = Tokenizer.from_file(str(plain / "tokenizer.json"))
    vectors = np.random.default_rng(7).normal(size=(tokenizer.get_vocab_size(), NUMBERS))
    static = modules.StaticEmbedding(tokenizer, embedding_weights=vectors.astype(np.float32))
    parts = [static, *([modules.Normalize()] if is_normalised else [])]
    whole = SentenceTransformer(modules=parts, device="cpu", **options)
    whole.save(str(folder), create_model_card=False)
    return folder


def in_folder_of_its_own(folder: Path) -> Path:
    """Move the embeddings into 0_StaticEmbedding, as older versions of the library save them."""
    inner = folder / "0_StaticEmbedding"
    inner.mkdir()
    for name in ("model.safetensors", "tokenizer.json"):
        shutil.move(folder / name, inner / name)
    parts = json.loads((folder / "modules.json").read_text())
    parts[0] |= {"path": inner.name, "type": "sentence_transformers.models.StaticEmbedding"}
    (folder / "modules.json").write_text(json.dumps(parts))
    return folder
