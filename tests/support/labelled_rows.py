"""What linear models say of rows, some of which have the wrong label."""

import io
import json

import numpy as np

from bakeoff.statistics.label_probabilities import LabelProbabilities


def judged(num_rows=400, num_wrong=20, certainty=0.95, num_hard=0, seed=0):
    """Of a binary task, a quarter of the rows in test: every `num_rows / num_wrong`th row has the
    wrong label, and of as many hard rows the model gives the other answer, but is not sure."""
    chance = np.random.default_rng(seed)
    truth = np.arange(num_rows) % 2
    chances = np.full(num_rows, certainty) + chance.uniform(-0.02, 0.02, num_rows)
    hard = chance.permutation(num_rows)[:num_hard]
    chances[hard] = 0.45
    labels = truth.copy()
    wrong = np.arange(num_wrong) * (num_rows // max(num_wrong, 1))
    labels[wrong] = 1 - labels[wrong]
    probabilities = np.empty((num_rows, 2), dtype=np.float32)
    probabilities[np.arange(num_rows), truth] = chances
    probabilities[np.arange(num_rows), 1 - truth] = 1 - chances
    splits = np.where(np.arange(num_rows) % 4 == 0, 2, 0)
    texts = {int(row): [f"text {row}"] for row in wrong}
    return LabelProbabilities(splits, np.arange(num_rows), labels, probabilities, texts)


def label_npz(found, **changes) -> bytes:
    """label_probabilities.npz, as a job leaves it."""
    arrays = {
        "splits": found.splits.astype(np.int8),
        "ids": found.ids,
        "labels": found.labels,
        "probabilities": found.probabilities,
        "texts": np.frombuffer(json.dumps(dict(found.texts)).encode(), dtype=np.uint8),
    }
    content = io.BytesIO()
    np.savez_compressed(content, **(arrays | changes))
    return content.getvalue()
