"""Test rows as texts, beside the snapshot: a sample to measure with, and all rows to show."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    # Training jobs read the sample and do not need the code that reads sources.
    from snapshot.dataset_snapshot import Split

SAMPLE_FILE = "sample/texts.json"
"""In a folder of its own, so that it can be downloaded without the rest."""
TEST_TEXTS_FILE = "test_texts.jsonl.gz"

SAMPLE_ROWS = 200
SHOWN_CHARACTERS = 600

_SEED = 20_240

Texts = list[str]
"""The texts of one row: a single one, or the two of a pair."""


def write_text_samples(test: "Split", folder: Path) -> None:
    """Write SAMPLE_FILE, {"texts": [Texts of a row, ...]}, with at most SAMPLE_ROWS random rows,
    and TEST_TEXTS_FILE, with a line {"id", "texts"} for each row in order, whose texts are
    truncated to SHOWN_CHARACTERS characters. Equal rows give equal bytes."""
    rows = _texts(test)
    drawn = np.random.default_rng(_SEED).permutation(len(rows))[:SAMPLE_ROWS]
    sample = folder / SAMPLE_FILE
    sample.parent.mkdir(parents=True, exist_ok=True)
    sample.write_text(_json({"texts": [rows[row] for row in drawn]}), encoding="utf-8")
    with (
        (folder / TEST_TEXTS_FILE).open("wb") as file,
        # Without a name and a time, so that equal rows give equal bytes.
        gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as lines,
    ):
        for number, texts in zip(test.ids.tolist(), rows, strict=True):
            shown = [text[:SHOWN_CHARACTERS] for text in texts]
            lines.write(_json({"id": number, "texts": shown}).encode() + b"\n")


def read_sample(folder: Path) -> list[Texts]:
    """The rows of SAMPLE_FILE; `folder` is the channel's folder, which holds only the file itself.

    Raises OSError or ValueError if the file is missing or invalid.
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
