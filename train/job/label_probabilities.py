"""label_probabilities.npz: what a model says of the label of every row that it was not fitted on.

From it the comparison tells which labels may be wrong. Train rows have probabilities out of fold;
validation and test rows those of the trained model.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from job.trained import Trained
from training_data.text_rows import SPLITS, TextRows

FILE_NAME = "label_probabilities.npz"
MOST_TRAIN_ROWS = 100_000
"""Of more, a random sample is looked at, which takes as long as their training at most."""
MOST_PROBABILITIES = 10_000_000
"""In 40 MB."""
MOST_TEXTS = 2_000
SHOWN_CHARACTERS = 300
_SEED = 20_262


@dataclass(frozen=True)
class LabelProbabilities:
    """Of R rows and L labels."""

    splits: NDArray[np.int8]
    """(R,) places in SPLITS."""
    places: NDArray[np.int64]
    """(R,) each row's place in its split."""
    ids: NDArray[np.int64]
    """(R,)"""
    labels: NDArray[np.int64]
    """(R,) the given ones, as class numbers."""
    probabilities: NDArray[np.float32]
    """(R, L)"""

    def doubts(self) -> NDArray[np.float32]:
        """(R,) by how much another label is more probable than the given one, -1..1."""
        rows = np.arange(len(self.labels))
        given = self.probabilities[rows, self.labels]
        others = self.probabilities.copy()
        others[rows, self.labels] = -1
        return np.asarray(others.max(axis=1) - given, dtype=np.float32)


def label_probabilities(
    trained: Trained, test_logits: NDArray[Any], temperature: float | None
) -> LabelProbabilities | None:
    """None for a method that has no logits for train rows, or without train rows.

    Args:
        test_logits: of all test rows in order; the task has one label per row.
        temperature: what logits are divided by; None: nothing.
    """
    train = trained.splits["train"]
    if trained.train_logits is None or not len(train):
        return None
    num_labels = test_logits.shape[1]
    room = MOST_PROBABILITIES // num_labels
    parts: dict[str, tuple[NDArray[np.int64], NDArray[Any]]] = {}
    # A wrong label in test matters most.
    for split, logits in (("test", test_logits), ("validation", trained.validation_logits)):
        places = _drawn(len(logits), room)
        room -= len(places)
        parts[split] = places, logits[places]
    places = _drawn(len(train), min(room, MOST_TRAIN_ROWS))
    if not len(places):
        return None
    parts["train"] = places, trained.train_logits(places)
    return _joined(trained, parts, temperature or 1.0)


def _drawn(num_rows: int, most: int) -> NDArray[np.int64]:
    """The places of at most so many rows, in rising order."""
    if num_rows <= most:
        return np.arange(num_rows)
    return np.sort(np.random.default_rng(_SEED).permutation(num_rows)[:most])


def _joined(
    trained: Trained,
    parts: Mapping[str, tuple[NDArray[np.int64], NDArray[Any]]],
    temperature: float,
) -> LabelProbabilities:
    in_order = [(number, split, *parts[split]) for number, split in enumerate(SPLITS)]
    return LabelProbabilities(
        splits=np.concatenate([np.full(len(at), number, np.int8) for number, _, at, _ in in_order]),
        places=np.concatenate([at for _, _, at, _ in in_order]),
        ids=np.concatenate([trained.splits[split].ids[at] for _, split, at, _ in in_order]),
        labels=np.concatenate([trained.splits[split].labels[at] for _, split, at, _ in in_order]),
        probabilities=np.concatenate(
            [
                softmax(logits.astype(np.float64) / temperature, axis=1).astype(np.float32)
                for _, _, _, logits in in_order
            ]
        ),
    )


def write_label_probabilities(
    path: Path, found: LabelProbabilities, splits: Mapping[str, Any]
) -> None:
    """Beside the arrays, `texts` has the beginnings of the most doubtful rows' texts, as the bytes
    of a JSON object by the row's number in the arrays.

    Args:
        splits: TextRows by split.
    """
    texts = {}
    for row in np.argsort(-found.doubts(), kind="stable")[:MOST_TEXTS].tolist():
        rows: TextRows = splits[SPLITS[found.splits[row]]]
        texts[row] = [text[:SHOWN_CHARACTERS] for text in rows.rows[found.places[row]]]
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        splits=found.splits,
        ids=found.ids,
        labels=found.labels,
        probabilities=found.probabilities,
        texts=np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8),
    )
