"""The preparation job: puts the rows, each model, and its tokens of the rows into the content
store.

    python3 prepare.py --request FILE --output DIR --cache DIR --store s3://BUCKET/cache/

It is the only step that talks to the model hub, and it reuses what the store already has. Problems
of the data or of a model are outcomes and go into manifest.json; only a crash ends with an exit
status other than 0.
"""

import argparse
import os
import sys
import time
import traceback
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from documents.data_card import DataCard
from documents.json_documents import read_document, write_document
from documents.manifest import Manifest, ProblemEntry
from documents.preparation_request import PreparationRequest, RequestedCandidate
from job.code_digest import code_digest
from job.library_versions import library_versions
from labelling.label_words import unknown_descriptions
from labelling.name_faults import fault_of
from limits.free_memory import free_memory_bytes
from limits.full_disk import is_full_disk
from limits.limited_process import LimitedProcesses
from prepared_models import DISK_FULL, ModelPreparation, PreparedModel
from snapshot.data_card import data_card, model_lengths
from snapshot.prepared_dataset import PreparedDataset, prepare_dataset
from source.data_problems import DataError
from storage import s3
from storage.content_store import ContentStore, Objects
from storage.fetch_progress import FILE_NAME, FetchProgress
from storage.hub import Hub
from trial import model_process

LIBRARIES = (
    "datasets",
    "huggingface_hub",
    "pyarrow",
    "sentencepiece",
    "tokenizers",
    "torch",
    "transformers",
)
_SHARE_OF_MEMORY = 0.8


def main(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    open_store: Callable[[str], Objects] = s3.Objects,
) -> int:
    """Returns the exit status; a crash leaves a sentence where SageMaker looks for it.

    Args:
        open_store: returns the objects at the place that `--store` names.
    """
    options = _parser().parse_args(arguments)
    try:
        request = read_document(PreparationRequest, options.request)
        store = ContentStore(
            open_store(options.store),
            now=lambda: datetime.now(UTC),
            new_name=lambda: uuid.uuid4().hex[:12],
            max_age=None if options.max_age_days is None else timedelta(days=options.max_age_days),
        )
        # Only the deployment can allow models to bring code of their own.
        allowed = environ.get("ALLOW_REMOTE_CODE") == "true"
        hub = Hub.from_environment(environ)
        options.cache.mkdir(parents=True, exist_ok=True)
        # A new folder, so that leftovers of an earlier run are never stored.
        with TemporaryDirectory(dir=options.cache) as scratch:
            manifest = Preparation(
                request,
                options.output,
                Path(scratch),
                store,
                hub,
                LimitedProcesses(
                    int(free_memory_bytes() * _SHARE_OF_MEMORY), model_process.LIBRARIES
                ),
                options.workers,
                allowed,
                _fetch_progress(options.progress, open_store),
            ).run()
        # Written last: once it exists, everything else does.
        write_document(options.output / "manifest.json", manifest)
    except Exception as error:
        traceback.print_exc()
        base = Path(environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
        message = base / "output" / "message"
        message.parent.mkdir(parents=True, exist_ok=True)
        sentence = f"{type(error).__name__}: {' '.join(str(error).split())}"[:1000]
        if is_full_disk(error):
            sentence = DISK_FULL
        message.write_text(sentence, encoding="utf-8")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--request", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="for manifest.json, data.json")
    parser.add_argument("--cache", type=Path, required=True, help="a folder for temporary files")
    parser.add_argument("--store", required=True, help="s3://BUCKET/PREFIX/")
    parser.add_argument("--progress", help=f"s3://BUCKET/PREFIX/ for {FILE_NAME}")
    parser.add_argument(
        "--max-age-days", type=float, help="prepare older objects again (default: never)"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser


def _fetch_progress(place: str | None, open_store: Callable[[str], Objects]) -> FetchProgress:
    if place is None:
        return FetchProgress()
    return FetchProgress(partial(open_store(place).write, FILE_NAME))


@dataclass(frozen=True)
class Preparation:
    """Prepares everything that one request needs."""

    request: PreparationRequest
    output: Path
    scratch: Path
    store: ContentStore
    hub: Hub
    processes: LimitedProcesses
    workers: int
    allow_remote_code: bool
    progress: FetchProgress

    def run(self) -> Manifest:
        """Writes data.json and returns the manifest."""
        started = time.monotonic()
        versions = library_versions(LIBRARIES)
        made_with = {**versions, "code": code_digest(Path(__file__).parent)}
        candidates = [each for each in self.request.candidates if not each.is_baseline]
        if not all(each.is_hosted for each in candidates):
            # It takes seconds, in which the rows are read.
            self.processes.start()
        try:
            dataset = prepare_dataset(
                self.request, self.hub, self.store, self.scratch, made_with, self.progress
            )
            self._check_descriptions(dataset)
        except DataError as error:
            problems = [ProblemEntry(**vars(problem)) for problem in error.problems]
            return Manifest(status="rejected", problems=problems, library_versions=versions)
        data_seconds = time.monotonic() - started
        models = self._models(candidates, dataset, made_with)
        write_document(self.output / "data.json", _data_card(dataset, models))
        total = time.monotonic() - started
        return Manifest(
            dataset=dataset.entry,
            models=[model.entry for model in models],
            library_versions=versions,
            seconds={"dataset": data_seconds, "models": total - data_seconds},
        )

    def _check_descriptions(self, dataset: PreparedDataset) -> None:
        problems = unknown_descriptions(
            dataset.snapshot.labels.names, self.request.label_descriptions or {}
        )
        if problems:
            raise DataError(problems)

    def _models(
        self,
        candidates: Sequence[RequestedCandidate],
        dataset: PreparedDataset,
        made_with: Mapping[str, str],
    ) -> list[PreparedModel]:
        labels, described = dataset.snapshot.labels.names, self.request.label_descriptions or {}
        has_train = dataset.snapshot.rows["train"] > 0
        faults = {
            each.candidate: fault_of(each, labels, described, has_train=has_train)
            for each in candidates
        }
        preparation = ModelPreparation(
            self.store,
            self.hub,
            self.processes,
            self.scratch / "models",
            made_with=made_with,
            workers=self.workers,
            allow_remote_code=self.allow_remote_code,
            faults={candidate: fault for candidate, fault in faults.items() if fault},
            progress=self.progress,
        )
        return preparation.prepare(candidates, dataset.snapshot, dataset.folder)


def _data_card(dataset: PreparedDataset, models: Sequence[PreparedModel]) -> DataCard:
    limits = {model.entry.candidate: (model.entry.max_length, model.lengths) for model in models}
    return data_card(
        dataset.snapshot,
        {
            candidate: model_lengths(lengths, limit)
            for candidate, (limit, lengths) in limits.items()
            # Nobody knows the tokens of a hosted model.
            if limit is not None and lengths
        },
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
