"""The preparation job: puts the rows, each model, and its tokens of the rows into the content
store.

    python3 prepare.py --request FILE --output DIR --cache DIR --store s3://BUCKET/cache/

It is the only step that talks to the model hub, and it reuses what is already in the store.
Problems with the data or a model are outcomes and reported in manifest.json; only a crash has an
exit status other than 0.
"""

import argparse
import hashlib
import json
import os
import sys
import time
import traceback
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from transformers.utils import logging

from job.training_report import library_versions
from prepared_models import ModelPreparation, PreparedModel
from snapshot.data_card import data_card
from snapshot.dataset_snapshot import Snapshot
from snapshot.prepared_dataset import PreparedDataset, prepare_dataset
from source.data_problems import DataError
from storage.content_store import ContentStore, objects_at
from storage.hub import Hub

SCHEMA_VERSION = 2
LIBRARIES = ("datasets", "huggingface_hub", "pyarrow", "tokenizers", "torch", "transformers")

# Their place in the request is among the models, though there is none to prepare.
_BASELINE_METHODS = ("majority", "tfidf")


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """The exit status; a crash's sentence goes to where SageMaker looks for it."""
    options = _parser().parse_args(arguments)
    _set_threads(options.workers)
    # A table of each model's weights, and bars for every file, are no news for a job's log.
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        request = json.loads(options.request.read_text(encoding="utf-8"))
        store = ContentStore(
            objects_at(options.store),
            now=lambda: datetime.now(UTC),
            new_name=lambda: uuid.uuid4().hex[:12],
            max_age=None if options.max_age_days is None else timedelta(days=options.max_age_days),
        )
        # Only the deployment can allow models to bring code of their own.
        allowed = environ.get("ALLOW_REMOTE_CODE") == "true"
        hub = Hub.from_environment(environ)
        options.cache.mkdir(parents=True, exist_ok=True)
        # A folder of its own: what an earlier run left would be stored with what this one makes.
        with TemporaryDirectory(dir=options.cache) as scratch:
            manifest = Preparation(
                request, options.output, Path(scratch), store, hub, options.workers, allowed
            ).run()
        # Written last: where it is, all the rest is.
        _write_json(options.output / "manifest.json", manifest)
    except Exception as error:
        traceback.print_exc()
        base = Path(environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
        message = base / "output" / "message"
        message.parent.mkdir(parents=True, exist_ok=True)
        sentence = f"{type(error).__name__}: {' '.join(str(error).split())}"[:1000]
        message.write_text(sentence, encoding="utf-8")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--request", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="for manifest.json, data.json")
    parser.add_argument("--cache", type=Path, required=True, help="a folder for what is on its way")
    parser.add_argument("--store", required=True, help="s3://BUCKET/PREFIX/, or a folder")
    parser.add_argument(
        "--max-age-days", type=float, help="what was stored before is made anew (default: never)"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser


def _set_threads(workers: int) -> None:
    """Set the threads of the tokenizers library, which reads the variable at its first use."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    os.environ.setdefault("RAYON_NUM_THREADS", str(workers))


@dataclass(frozen=True)
class Preparation:
    """Everything that one request needs."""

    request: Mapping[str, Any]
    output: Path
    scratch: Path
    store: ContentStore
    hub: Hub
    workers: int
    allow_remote_code: bool

    def run(self) -> dict[str, Any]:
        """The manifest; data.json is written beside it."""
        started = time.monotonic()
        versions = library_versions(LIBRARIES)
        made_with = {**versions, "code": code_digest(Path(__file__).parent)}
        manifest: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "status": "ready",
            "problems": [],
            "dataset": None,
            "models": [],
            "library_versions": versions,
        }
        try:
            dataset = prepare_dataset(self.request, self.hub, self.store, self.scratch, made_with)
        except DataError as error:
            manifest["status"] = "rejected"
            manifest["problems"] = [problem.to_dict() for problem in error.problems]
            return manifest
        manifest["dataset"] = dataset.to_dict()
        data_seconds = time.monotonic() - started
        models = self._models(dataset.snapshot, made_with)
        manifest["models"] = [model.to_dict() for model in models]
        _write_json(self.output / "data.json", _data_card(dataset, models))
        total = time.monotonic() - started
        manifest["seconds"] = {"dataset": data_seconds, "models": total - data_seconds}
        return manifest

    def _models(self, rows: Snapshot, made_with: Mapping[str, str]) -> list[PreparedModel]:
        preparation = ModelPreparation(
            self.store,
            self.hub,
            self.scratch / "models",
            made_with=made_with,
            workers=self.workers,
            allow_remote_code=self.allow_remote_code,
        )
        candidates = [
            candidate
            for candidate in self.request["candidates"]
            if candidate["method"] not in _BASELINE_METHODS
        ]
        return preparation.prepare(candidates, rows)


def code_digest(folder: Path) -> str:
    """A digest of the modules in a folder, because other versions may produce other results."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(f"{path.relative_to(folder).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _data_card(dataset: PreparedDataset, models: Sequence[PreparedModel]) -> dict[str, Any]:
    ready = {model.candidate: model for model in models if model.status == "ready"}
    return data_card(
        dataset.snapshot,
        {
            name: {"max_length": model.max_length, "lengths": model.lengths}
            for name, model in ready.items()
        },
    )


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
