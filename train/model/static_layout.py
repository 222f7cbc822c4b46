"""Static embeddings as sentence-transformers saves them, turned into model2vec's format.

modules.json begins with StaticEmbedding, whose folder has tokenizer.json and model.safetensors with
`embedding.weight`. There is no config.json. Normalize may follow.
"""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from model.model_files import ModelError, read_json
from model.sentence_files import MODULES, PROMPTS
from model.sentence_layout import NORMALISE
from model.static_table import (
    CONFIG_FILE,
    MAX_LENGTH,
    MODEL2VEC_TOKENS,
    NORMALISES,
    TABLE_FILE,
    TOKENISER_FILE,
    TYPE,
    VECTORS,
)
from storage.error_text import in_words

_STATIC = "StaticEmbedding"
_WEIGHT = "embedding.weight"
_KNOWN = (NORMALISE, "Dropout")


def has_static_layout(folder: Path) -> bool:
    """Whether the authors' files, of which the weights need not be there, say that it is static."""
    path = folder / MODULES
    return not path.is_symlink() and _part_names(path)[:1] == [_STATIC]


def write_in_model2vec_format(folder: Path) -> list[str]:
    """Rewrite a snapshot's weights and write its config.json; returns warnings, as sentences.

    Raises ModelError if a vector is more than the mean of those of its tokens.
    """
    further = _part_names(folder / MODULES)[1:]
    unknown = [name for name in further if name not in _KNOWN]
    if unknown:
        raise ModelError(
            f"Its {MODULES} has the part {unknown[0]} after the static embeddings, which is not "
            "known here: give a model of static embeddings alone."
        )
    settings = read_json(folder / PROMPTS) if (folder / PROMPTS).is_file() else {}
    size, is_normalised = _count(settings.get("truncate_dim")), NORMALISE in further
    warnings = []
    if settings.get("default_prompt_name") is not None:
        warnings.append("Its default prompt was left out: texts were read as they are.")
    if size is not None and is_normalised:
        warnings.append(
            f"Its vectors were not cut to {size} numbers: they are normalised before that, and "
            "static embeddings are cut only as they are."
        )
    _rename_vectors(folder / TABLE_FILE, None if is_normalised else size)
    config = {
        **TYPE,
        NORMALISES: is_normalised,
        MAX_LENGTH: _max_length(folder / TOKENISER_FILE),
        MODEL2VEC_TOKENS: False,
    }
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=1), encoding="utf-8")
    return warnings


def _rename_vectors(path: Path, size: int | None) -> None:
    """Keep the first `size` numbers of each vector; None: all."""
    try:
        arrays = load_file(path)
    except Exception as error:
        raise ModelError(f"Its {path.name} cannot be read: {in_words(error)}.") from error
    if _WEIGHT not in arrays:
        # Of the same format under its own names.
        return
    vectors = arrays[_WEIGHT][..., :size]
    # numpy, which reads them, has no numbers of 16 bits with the range of 32.
    wide = vectors.float() if vectors.dtype == torch.bfloat16 else vectors
    save_file({VECTORS: wide.contiguous()}, path)


def _part_names(path: Path) -> list[str]:
    """The classes of the parts, in their order; empty if they cannot be read."""
    try:
        parts = json.loads(path.read_text(encoding="utf-8"))
        return [str(part["type"]).rpartition(".")[2] for part in parts]
    except (OSError, ValueError, RecursionError, TypeError, KeyError):
        return []


def _max_length(tokeniser: Path) -> int | None:
    """Tokens after which the tokeniser cuts texts."""
    truncation = read_json(tokeniser).get("truncation") if tokeniser.is_file() else None
    return _count(truncation.get("max_length")) if isinstance(truncation, dict) else None


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return value if is_count else None
