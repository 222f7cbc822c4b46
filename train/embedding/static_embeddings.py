"""Vectors of texts from static embeddings, equal to those of model2vec: means of token vectors.

Those in the layout of sentence-transformers are equal to that library's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from tokenizers import Tokenizer

from embedding.text_encoder import LAST_LAYER, TextVectors
from model.model_files import read_json
from model.static_table import (
    CONFIG_FILE,
    MAX_LENGTH,
    MODEL2VEC_TOKENS,
    NORMALISES,
    ROWS,
    TABLE_FILE,
    TOKENISER_FILE,
    TYPE,
    VECTORS,
    WEIGHTS,
    StaticTable,
    read_table,
    read_tokenizer,
)

_LEAST_LENGTH = 1e-32


@dataclass(frozen=True)
class StaticEmbeddings:
    tokenizer: Tokenizer
    """As `model.static_table.bare`."""
    table: StaticTable
    is_normalised: bool
    """Whether each vector is given the length 1."""
    max_length: int
    """Tokens after which texts are cut."""
    model2vec_tokens: bool = True
    """Whether tokens for what the vocabulary does not have are left out, and very long texts cut
    before they are tokenised, as model2vec does; sentence-transformers does neither."""

    @classmethod
    def load(cls, folder: Path, max_length: int) -> "StaticEmbeddings":
        """Load a snapshot. Raises ModelError if its parts do not fit."""
        tokenizer = read_tokenizer(folder)
        config = read_json(folder / CONFIG_FILE)
        return cls(
            tokenizer,
            read_table(folder, tokenizer),
            is_normalised=config.get(NORMALISES) is True,
            max_length=max_length,
            model2vec_tokens=config.get(MODEL2VEC_TOKENS) is not False,
        )

    def save(self, folder: Path) -> None:
        """In the format of model2vec. Vectors that numbers of 16 bits hold are stored as such."""
        folder.mkdir(parents=True, exist_ok=True)
        table, narrow = self.table, self.table.vectors.astype(np.float16)
        is_exact = np.array_equal(narrow, table.vectors)
        arrays: dict[str, NDArray[Any]] = {VECTORS: narrow if is_exact else table.vectors}
        arrays |= {} if table.rows is None else {ROWS: table.rows}
        arrays |= {} if table.weights is None else {WEIGHTS: table.weights}
        save_file(arrays, folder / TABLE_FILE)
        self.tokenizer.save(str(folder / TOKENISER_FILE), pretty=False)
        config = {**TYPE, NORMALISES: self.is_normalised, MAX_LENGTH: self.max_length}
        config |= {} if self.model2vec_tokens else {MODEL2VEC_TOKENS: False}
        (folder / CONFIG_FILE).write_text(json.dumps(config, indent=1), encoding="utf-8")

    def vectors(self, rows: Sequence[Sequence[str]]) -> TextVectors:
        """The vectors of rows of one text each; a text without a known token has zeros."""
        tokens = self._tokens([row[0] for row in rows])
        lengths = np.array([len(each) for each in tokens], dtype=np.int64)
        numbers = np.fromiter((number for each in tokens for number in each), np.int64)
        table = self.table
        weights = np.repeat(1 / np.maximum(lengths, 1), lengths).astype(np.float32)
        if table.weights is not None:
            weights *= table.weights[numbers]
        columns = numbers if table.rows is None else table.rows[numbers]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        shares = csr_matrix((weights, columns, offsets), (len(rows), len(table.vectors)))
        vectors = shares @ table.vectors
        if self.is_normalised:
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + np.float32(_LEAST_LENGTH)
        return TextVectors({LAST_LAYER: vectors}, lengths)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Of each text, cut."""
        # The library cuts by characters first, as tokenising what is cut off takes time.
        most = self.max_length * self._usual_token_length if self.model2vec_tokens else None
        encodings = self.tokenizer.encode_batch_fast(
            [text[:most] for text in texts], add_special_tokens=False
        )
        unknown = self._unknown if self.model2vec_tokens else None
        return [
            [number for number in encoding.ids[: self.max_length] if number != unknown]
            for encoding in encodings
        ]

    @cached_property
    def _usual_token_length(self) -> int:
        """Characters."""
        return int(median(map(len, self.tokenizer.get_vocab(with_added_tokens=True))))

    @cached_property
    def _unknown(self) -> int | None:
        model = json.loads(self.tokenizer.to_str())["model"]
        if "unk_id" in model:
            number: int | None = model["unk_id"]
            return number
        token = model.get("unk_token")
        return None if token is None else self.tokenizer.token_to_id(token)
