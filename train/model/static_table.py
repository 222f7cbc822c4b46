"""Models of static embeddings: a vector for each token of a vocabulary, and no layers.

The format is that of model2vec (https://github.com/MinishLab/model2vec): model.safetensors with
`embeddings` and, where the vocabulary was quantised, `mapping` and `weights`; tokenizer.json; and
config.json with `normalize` and `max_length`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from model.model_facts import ModelFacts
from model.model_files import ModelError, read_json
from storage.error_text import in_words

TABLE_FILE, TOKENISER_FILE, CONFIG_FILE = "model.safetensors", "tokenizer.json", "config.json"
VECTORS, ROWS, WEIGHTS = "embeddings", "mapping", "weights"
"""The arrays' names in TABLE_FILE."""
NORMALISES, MAX_LENGTH = "normalize", "max_length"
"""Members of CONFIG_FILE."""
MODEL2VEC_TOKENS = "model2vec_tokens"
"""A member of our own: false if texts become tokens as in sentence-transformers."""
TYPE = {"model_type": "model2vec"}
"""The member of CONFIG_FILE by which a snapshot's kind is known."""


@dataclass(frozen=True)
class StaticTable:
    vectors: NDArray[np.float32]
    """(vectors, numbers)"""
    rows: NDArray[np.int64] | None = None
    """(tokens,) which of the vectors a token has; None: that of its own number."""
    weights: NDArray[np.float32] | None = None
    """(tokens,) what a token's vector is multiplied by; None: 1."""

    @property
    def num_parameters(self) -> int:
        return self.vectors.size + (0 if self.weights is None else self.weights.size)


def is_static(folder: Path) -> bool:
    """Whether a snapshot, of which the weights need not be there, has static embeddings."""
    return read_json(folder / CONFIG_FILE).items() >= TYPE.items()


def static_facts(folder: Path, tokeniser: str, warnings: Sequence[str]) -> ModelFacts:
    """The facts of a snapshot, whose tokeniser has this digest. Raises ModelError."""
    table = read_table(folder, read_tokenizer(folder))
    config = read_json(folder / CONFIG_FILE)
    # Models that were saved without a configuration of their own lack the type.
    (folder / CONFIG_FILE).write_text(json.dumps(config | TYPE, indent=1), encoding="utf-8")
    limit = config.get(MAX_LENGTH)
    is_count = isinstance(limit, int) and not isinstance(limit, bool) and limit > 0
    return ModelFacts(
        own_max_length=limit if is_count else None,
        num_parameters=table.num_parameters,
        encoder_parameters=0,
        tokeniser=tokeniser,
        warnings=[*warnings],
        is_static=True,
    )


def read_tokenizer(folder: Path) -> Tokenizer:
    """As `bare`. Raises ModelError."""
    try:
        return bare(Tokenizer.from_file(str(folder / TOKENISER_FILE)))
    except Exception as error:
        raise ModelError(f"Its {TOKENISER_FILE} cannot be read: {in_words(error)}") from error


def bare(tokenizer: Tokenizer) -> Tokenizer:
    """A copy that gives the tokens of a text alone, neither cut nor padded. Special tokens that
    stand in a text are characters."""
    copy: Tokenizer = Tokenizer.from_str(tokenizer.to_str())
    copy.no_padding()
    copy.no_truncation()
    copy.post_processor = None
    copy.encode_special_tokens = True
    return copy


def counting_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The tokeniser in the form in which preparation counts tokens. Raises ModelError."""
    tokenizer = read_tokenizer(folder)
    # A text without tokens would be given it, if there were a model to train.
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=tokenizer.id_to_token(0) or "[PAD]"
    )


def read_table(folder: Path, tokenizer: Tokenizer) -> StaticTable:
    """Raises ModelError if the arrays do not fit each other and the tokeniser."""
    try:
        arrays: Mapping[str, NDArray[Any]] = load_file(folder / TABLE_FILE)
    except Exception as error:
        raise _misfit(in_words(error)) from error
    problem = next(_problems(arrays, num_tokens(tokenizer)), None)
    if problem is not None:
        raise _misfit(problem)
    rows, weights = arrays.get(ROWS), arrays.get(WEIGHTS)
    return StaticTable(
        arrays[VECTORS].astype(np.float32),
        None if rows is None else rows.astype(np.int64),
        None if weights is None else weights.astype(np.float32),
    )


def num_tokens(tokenizer: Tokenizer) -> int:
    """One more than the highest number of a token."""
    return 1 + max(tokenizer.get_vocab(with_added_tokens=True).values(), default=-1)


def _problems(arrays: Mapping[str, NDArray[Any]], tokens: int) -> Iterator[str]:
    vectors, rows = arrays[VECTORS], arrays.get(ROWS)
    if vectors.ndim != 2 or not vectors.size:
        yield f"{VECTORS} has the shape {list(vectors.shape)}, not (vectors, numbers)"
    for name in (ROWS, WEIGHTS):
        each = arrays.get(name)
        if each is not None and (each.ndim != 1 or len(each) < tokens):
            yield f"{name} has the shape {list(each.shape)}, and the tokeniser {tokens:,} tokens"
    if rows is None and len(vectors) < tokens:
        yield f"it has {len(vectors):,} vectors, and the tokeniser {tokens:,} tokens"
    if rows is not None and not (
        np.issubdtype(rows.dtype, np.integer) and rows.min() >= 0 and rows.max() < len(vectors)
    ):
        yield f"{ROWS} holds other numbers than those of its {len(vectors):,} vectors"
    if not all(np.isfinite(each).all() for each in arrays.values()):
        yield "some of its numbers are not finite (NaN or infinity)"


def _misfit(problem: str) -> ModelError:
    return ModelError(
        f"Its {TABLE_FILE} does not hold static embeddings in model2vec's format: {problem}. Save "
        "the model again with model2vec's save_pretrained."
    )
