"""Test rows as texts, beside the snapshot: some to measure with, all to be shown, cut."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    # Training jobs read a sample and need nothing of what takes the rows from their source.
    from snapshot.dataset_snapshot import Split

SAMPLE_FILE = "sample/texts.json"
"""In a folder of its own, so that it can be had without the rest."""
TEST_TEXTS_FILE = "test_texts.jsonl.gz"

SAMPLE_ROWS = 200
SHOWN_CHARACTERS = 600

_SEED = 20_240

Texts = list[str]
"""Of one row: a text, or the two of a pair."""


def write_text_samples(test: "Split", folder: Path) -> None:
    """SAMPLE_FILE, {"texts": [Texts of a row, ...]} of SAMPLE_ROWS rows, or all if there are fewer,
    in a random order; and TEST_TEXTS_FILE, of each row in order a line {"id", "texts"}, of which
    each text is cut after SHOWN_CHARACTERS characters. Equal rows give equal bytes."""
    rows = _texts(test)
    drawn = np.random.default_rng(_SEED).permutation(len(rows))[:SAMPLE_ROWS]
    sample = folder / SAMPLE_FILE
    sample.parent.mkdir(parents=True, exist_ok=True)
    sample.write_text(_json({"texts": [rows[row] for row in drawn]}), encoding="utf-8")
    with (
        (folder / TEST_TEXTS_FILE).open("wb") as file,
        # No name and no time: they would be other bytes.
        gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as lines,
    ):
        for number, texts in zip(test.ids.tolist(), rows, strict=True):
            shown = [text[:SHOWN_CHARACTERS] for text in texts]
            lines.write(_json({"id": number, "texts": shown}).encode() + b"\n")


def read_sample(folder: Path) -> list[Texts]:
    """The rows of SAMPLE_FILE; `folder` is that of the channel, which holds its name alone.

    Raises OSError or ValueError if they are not there.
    """
    content = json.loads((folder / Path(SAMPLE_FILE).name).read_text(encoding="utf-8"))
    texts: list[Texts] = content["texts"]
    if not texts:
        raise ValueError(f"{folder} holds no texts")
    return texts


def _texts(rows: "Split") -> Sequence[Texts]:
    if rows.text_pairs is None:
        return [[text] for text in rows.texts]
    return [list(both) for both in zip(rows.texts, rows.text_pairs, strict=True)]


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
