"""Builds the demo's folder: sentences, models and the request that names them."""

import csv
import json
import shutil
from pathlib import Path

from demo import models, sentences

NAME = "aws-services"
SEED = 7
ROWS_PER_SERVICE = 440
TEST_ROWS = 600

# Changes whenever the demo's content does, so that an old build is built anew.
BUILD_VERSION = 4

REQUEST = {
    "name": NAME,
    "dataset": {"train": "data/train.csv", "test": "data/test.csv"},
    "text": "sentence",
    "label": "service",
    "validation_fraction": 0.2,
    "baselines": False,
    "models": [
        "./models/all-minilm-l6-v2",
        "./models/untrained-bert",
        "./models/untrained-roberta",
    ],
    "hyperparameters": {
        "epochs": 2,
        "train_batch_size": 16,
        "learning_rate": 2e-4,
        "warmup_ratio": 0.1,
        "max_length": 64,
    },
}


def build(folder: Path) -> Path:
    """Makes `folder` if it is not there yet; the request's path."""
    request = folder / f"{NAME}.json"
    stamp = folder / "version.txt"
    if stamp.exists() and stamp.read_text() == str(BUILD_VERSION):
        return request
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    rows = sentences.labelled_sentences(ROWS_PER_SERVICE, SEED)
    train_rows, test_rows = rows[TEST_ROWS:], rows[:TEST_ROWS]
    _write_csv(folder / "data" / "train.csv", train_rows)
    _write_csv(folder / "data" / "test.csv", test_rows)
    train_sentences = [sentence for sentence, _ in train_rows]
    models.copy_minilm(folder / "models" / "all-minilm-l6-v2")
    models.build_untrained_bert(folder / "models" / "untrained-bert", train_sentences, SEED)
    models.build_untrained_roberta(folder / "models" / "untrained-roberta", train_sentences, SEED)
    request.write_text(json.dumps(REQUEST, indent=2) + "\n", encoding="utf-8")
    # Written last: a build that was cut short is built again.
    stamp.write_text(str(BUILD_VERSION))
    return request


def _write_csv(path: Path, rows: list[tuple[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sentence", "service"])
        writer.writerows(rows)
