"""The data set and the models of examples/imdb.json, so small that they train in seconds."""

import io
from pathlib import Path

import pyarrow
import pyarrow.parquet

from tests.support.stand_in_hub import Repository, StandInHub
from tests.support.tiny_models import build_tiny_model

DATASET = "stanfordnlp/imdb"
FAMILIES = {"distilbert-base-uncased": "distilbert", "distilroberta-base": "roberta"}
GOOD = ("a fine film", "truly great acting", "lovely and warm", "a great joy", "warm fun")
BAD = ("a dull film", "truly poor acting", "cold and slow", "a sad bore", "dull stuff")
_COPIES = {"train": 8, "test": 2, "unsupervised": 1}
# The published data set's card, which gives the names and the order of the labels.
_CARD = """---
configs:
- config_name: plain_text
  default: true
  data_files:
  - split: train
    path: plain_text/train-*
  - split: test
    path: plain_text/test-*
  - split: unsupervised
    path: plain_text/unsupervised-*
dataset_info:
  config_name: plain_text
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': neg
          '1': pos
---
"""


def add_tiny_imdb(hub: StandInHub, folder: Path) -> dict[str, Repository]:
    """Put data set and models on the hub; models are built in `folder`."""
    files = {"README.md": _CARD.encode()}
    for split, num_copies in _COPIES.items():
        files[f"plain_text/{split}-00000-of-00001.parquet"] = _parquet(split, num_copies)
    repositories = {DATASET: hub.add_dataset(DATASET, files)}
    for name, family in FAMILIES.items():
        build_tiny_model(family, folder / name, [*GOOD, *BAD])
        repositories[name] = hub.add_model(name, folder / name)
    return repositories


def labelled_texts(num_copies: int) -> list[tuple[str, str]]:
    """Every text so many times, numbered, with "good" or "bad"."""
    texts = [(text, "good") for text in GOOD] + [(text, "bad") for text in BAD]
    return [(f"{text} {number}", label) for number in range(num_copies) for text, label in texts]


def _parquet(split: str, num_copies: int) -> bytes:
    rows = labelled_texts(num_copies)
    # The rows for unsupervised learning have no label, which the hub writes as -1.
    labels = [-1 if split == "unsupervised" else int(label == "good") for _, label in rows]
    table = pyarrow.table({"text": [text for text, _ in rows], "label": labels})
    file = io.BytesIO()
    pyarrow.parquet.write_table(table, file)
    return file.getvalue()
