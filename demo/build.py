"""Builds the demo's folder: sentences, models and the request that names them.

The same versions of the installed packages give the same bytes, so that the demo's results can be
reproduced.
"""

import csv
import json
import shutil
from pathlib import Path

from demo import models, sentences

NAME = "aws-services"
SEED = 7
ROWS_PER_SERVICE = 440
TEST_ROWS = 600

# Increase it with every change of the content, so that an older build is replaced.
BUILD_VERSION = 6

REQUEST = {
    "name": NAME,
    "dataset": {"train": "data/train.csv", "test": "data/test.csv"},
    "text": "sentence",
    "label": "service",
    "validation_fraction": 0.2,
    "models": [
        "./models/all-minilm-l6-v2",
        {"id": "./models/all-minilm-l6-v2", "method": "frozen"},
        "./models/splade-bert-tiny",
    ],
    # Half of the epochs that "auto" would take for so few rows: a demo has to end soon.
    "hyperparameters": {"epochs": 6, "max_length": 64},
}


def build(folder: Path) -> Path:
    """Builds the demo in `folder`, unless it is there already. Returns the request's path."""
    request = folder / f"{NAME}.json"
    stamp = folder / "version.txt"
    if stamp.exists() and stamp.read_text() == str(BUILD_VERSION):
        return request
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    rows = sentences.labelled_sentences(ROWS_PER_SERVICE, SEED)
    _write_csv(folder / "data" / "train.csv", rows[TEST_ROWS:])
    _write_csv(folder / "data" / "test.csv", rows[:TEST_ROWS])
    models.copy_models(folder / "models")
    request.write_text(json.dumps(REQUEST, indent=2) + "\n", encoding="utf-8")
    # Written last: a build that was interrupted starts again.
    stamp.write_text(str(BUILD_VERSION))
    return request


def _write_csv(path: Path, rows: list[tuple[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sentence", "service"])
        writer.writerows(rows)
