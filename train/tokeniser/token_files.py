"""The files beside the tokens of a snapshot, which are read without the tokeniser's libraries."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LENGTHS = "lengths.npz"
"""The number of tokens of each row before truncation, by split."""

NOTES = "notes.json"
"""Sentences about the texts that a reader of the results should know."""

Lengths = dict[str, NDArray[np.int32]]


def read_lengths(path: Path) -> Lengths:
    """Read the file LENGTHS that `tokenise` writes."""
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)


def read_notes(path: Path) -> list[str]:
    """Read the file NOTES that `tokenise` writes."""
    return [str(sentence) for sentence in json.loads(path.read_text(encoding="utf-8"))]
