"""The deployed service, and small data and models for it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.cloud import LocalCloud
from tests.support.deployed_service import Service

GOOD = ("a fine film", "truly great acting", "lovely and warm", "a great joy", "fine, warm fun")
BAD = ("a dull film", "truly poor acting", "cold and slow", "a sad bore", "poor, dull stuff")
HYPERPARAMETERS = {"epochs": 1, "train_batch_size": 8, "learning_rate": 1e-3, "max_length": 16}


@dataclass(frozen=True)
class Material:
    """URIs of a data set and of models, one per family."""

    dataset: dict[str, str]
    models: dict[str, str]

    def request(self, families: Iterable[str], **changes: Any) -> dict[str, Any]:
        """A small request over these models, without baselines."""
        return {
            "dataset": self.dataset,
            "baselines": False,
            "models": [self.models[family] for family in families],
            "hyperparameters": HYPERPARAMETERS,
            **changes,
        }


@pytest.fixture(scope="session")
def service(cloud: LocalCloud) -> Service:
    """The deployed service."""
    return Service(cloud)


@pytest.fixture(scope="session")
def material(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Material:
    """A data set of two labels and tiny models, in the service's bucket."""
    from tests.support.tiny_causal_model import build_tiny_causal_model
    from tests.support.tiny_models import build_tiny_model

    models = {}
    for family in ("bert", "distilbert", "roberta", "gpt2"):
        folder = tmp_path_factory.mktemp("models") / family
        build_tiny_model(family, folder, [*GOOD, *BAD])
        models[family] = upload_folder(service, folder, f"uploads/models/{family}/")
    writer = build_tiny_causal_model(tmp_path_factory.mktemp("models") / "causal", [*GOOD, *BAD])
    models["causal"] = upload_folder(service, writer, "uploads/models/causal/")
    dataset = {
        "train": service.put("uploads/data/train.csv", to_csv(num_copies=8)),
        "test": service.put("uploads/data/test.csv", to_csv(num_copies=2)),
    }
    return Material(dataset, models)


def to_csv(num_copies: int, texts: dict[str, tuple[str, ...]] | None = None) -> bytes:
    """A table of `text` and `label`, every text so many times, numbered."""
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["text", "label"])
    for label, sentences in (texts or {"good": GOOD, "bad": BAD}).items():
        for number in range(num_copies):
            writer.writerows([f"{sentence} {number}", label] for sentence in sentences)
    return rows.getvalue().encode()


def upload_folder(service: Service, folder: Path, prefix: str) -> str:
    """Put a folder's files under a prefix; returns the prefix's URI."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            service.put(prefix + path.relative_to(folder).as_posix(), path.read_bytes())
    return f"s3://{service.bucket}/{prefix}"
