"""PrepareData in this process: requests as the service resolves them, over files of a test."""

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import prepare
from bakeoff.prepared.manifest import Manifest
from bakeoff.request.resolved import resolve
from bakeoff.request.schema import parse_request
from bench.folder_objects import FolderObjects
from documents.json_documents import from_json_value
from documents.preparation_request import PreparationRequest
from source.pinned_source import pin_source
from source.source_splits import Source
from storage import s3
from storage.content_store import Objects
from storage.hub import Hub
from tests.support.run_samples import RUN, settings_with

Json = dict[str, Any]
SPLITS = ("train", "validation", "test")
WORDS = {"bad": ("dull", "poor", "slow"), "good": ("fine", "great", "warm"), "mixed": ("so-so",)}


def reviews(num_rows: int, labels: Sequence[str] = ("bad", "good")) -> list[tuple[str, str]]:
    """(text, label), the labels in turn; every text is another one."""
    rows = []
    for number in range(num_rows):
        label = labels[number % len(labels)]
        word = WORDS[label][number % len(WORDS[label])]
        rows.append((f"film {number} was {word}" + " and long" * (number % 5), label))
    return rows


def write_csv(path: Path, rows: Iterable[Sequence[str]], header=("text", "label")) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def write_text(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def resolved(
    train: Path | str | None,
    models: Sequence[Any] = ("/nowhere",),
    *,
    test: Path | str | None = None,
    validation: Path | str | None = None,
    encoding: str | None = None,
    quotes: bool | None = None,
    **fields: Any,
) -> Json:
    """The resolved request, as the preparation job reads it."""
    given = {"train": train, "validation": validation, "test": test}
    dataset: Json = {split: str(place) for split, place in given.items() if place is not None}
    dataset |= {"encoding": encoding, "quotes": quotes}
    named = [str(model) if isinstance(model, Path) else model for model in models]
    document = {"dataset": dataset, "models": named, **fields}
    request = parse_request(
        json.dumps(document).encode(), file_name="requests/films.json", allow_paths=True
    )
    settings = settings_with(bedrock_models="amazon.nova-lite-v1:0")
    resolved: Json = json.loads(resolve(request, RUN, settings).to_json())
    return resolved


def requested(train: Path | str, **fields: Any) -> PreparationRequest:
    """`resolved`, as the preparation's code passes it on."""
    return from_json_value(PreparationRequest, resolved(train, **fields), "request.json")


def read_source(folder: Path, train: Path | str, **dataset: Any) -> Source:
    """`dataset` are other splits, encoding and quotes."""
    return pin_source(requested(train, **dataset).dataset, Hub(None), folder / "cache").read()


@dataclass(frozen=True)
class Prepared:
    """The output of a run of prepare.py in `base`."""

    status: int
    base: Path
    store: Path | str

    @property
    def output(self) -> Path:
        return self.base / "prepared"

    @property
    def manifest(self) -> Json:
        content = (self.output / "manifest.json").read_bytes()
        # Whatever it says, the service has to be able to read it.
        Manifest.from_json(content)
        manifest: Json = json.loads(content)
        return manifest

    @property
    def problems(self) -> list[Json]:
        manifest = self.manifest
        assert (self.status, manifest["status"]) == (0, "rejected")
        return list(manifest["problems"])

    def model(self, number: int) -> Json:
        return dict(self.manifest["models"][number])

    @property
    def data_card(self) -> Json:
        card: Json = json.loads((self.output / "data.json").read_bytes())
        return card

    def snapshot(self, number: int) -> Path:
        return self.store / self.model(number)["snapshot_prefix"]

    def tokens(self, number: int) -> Path:
        return self.store / self.model(number)["tokenised_prefix"]

    def tokenised(self, number: int, split: str) -> Json:
        return dict(pq.read_table(self.tokens(number) / f"{split}.parquet").to_pydict())

    def rows(self, split: str) -> Json:
        folder = self.store / self.manifest["dataset"]["prefix"]
        return dict(pq.read_table(folder / f"{split}.parquet").to_pydict())


def run_prepare(
    base: Path,
    request: Json,
    *,
    store: Path | str | None = None,
    options: Sequence[str] = (),
    open_store: Callable[[str], Objects] | None = None,
    **environ: str,
) -> Prepared:
    """Run it under `base`, which takes the place of /opt/ml and also holds the default store.

    `store` is a folder or an S3 URI.
    """
    store = base / "store" if store is None else store
    base.mkdir(parents=True, exist_ok=True)
    (base / "request.json").write_text(json.dumps(request), encoding="utf-8")
    arguments = [
        *("--request", str(base / "request.json")),
        *("--output", str(base / "prepared")),
        *("--cache", str(base / "cache")),
        *("--store", str(store)),
        *options,
    ]
    if open_store is None:
        open_store = s3.Objects if s3.is_s3_uri(str(store)) else FolderObjects
    status = prepare.main(arguments, {"SAGEMAKER_BASE_DIR": str(base), **environ}, open_store)
    return Prepared(status, base, store)
