"""A data set and models, prepared by the service's own code in a folder instead of a bucket."""

import json
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import prepare
from bakeoff.jobs.plan import plannable_dataset
from bakeoff.prepared.manifest import Manifest, PreparedDataset
from bakeoff.request.resolved import ResolvedRequest, resolve
from bakeoff.request.schema import parse_request
from bakeoff.settings import ServiceSettings
from bench.folder_objects import FolderObjects
from bench.made_up_run import SETTINGS

RUN = "3f2a9c1d00000000"


@dataclass(frozen=True)
class DataChoice:
    """Which rows of a data set are raced on."""

    name: str
    train: Path
    test: Path
    train_rows: int
    validation_rows: int
    test_rows: int
    max_length: int
    """Tokens."""
    epochs: int | None
    """None: as many as the service chooses."""
    main_metric: str

    @classmethod
    def of_options(cls, name: str, options: Namespace) -> "DataChoice":
        """Of a folder in `options.data` that has train and test as Parquet."""

        def file(split: str) -> Path:
            return next(path for path in sorted((options.data / name).glob(f"*{split}*.parquet")))

        return cls(
            name=name,
            train=file("train"),
            test=file("test"),
            train_rows=options.train_rows,
            validation_rows=options.validation_rows,
            test_rows=options.test_rows,
            max_length=options.max_length,
            epochs=options.epochs,
            main_metric=options.main_metric,
        )


@dataclass(frozen=True)
class PreparedRace:
    """What the first two states of the workflow leave for the planning."""

    store: Path
    """The prepared data and models, by their prefixes."""
    resolved: ResolvedRequest
    manifest: Manifest
    dataset: PreparedDataset
    settings: ServiceSettings

    @classmethod
    def of(
        cls,
        data: DataChoice,
        models: Sequence[Path],
        folder: Path,
        finalists: int | None,
        method: str = "full",
        training: Mapping[str, Any] | None = None,
    ) -> "PreparedRace":
        """Prepare them in `folder`, or take what is there from an earlier call.

        Models whose preparation fails are not in the race. Raises RuntimeError if it fails itself.

        Args:
            training: fields of the request that say how to train, instead of those of `data`.
        """
        settings = ServiceSettings.from_environment(SETTINGS)
        resolved = _resolved(data, models, settings, method, training or {})
        manifest_file, request = folder / "prepared" / "manifest.json", folder / "request.json"
        folder.mkdir(parents=True, exist_ok=True)
        content = resolved.to_json()
        if not manifest_file.exists() or request.read_bytes() != content:
            request.write_bytes(content)
            _prepare(folder)
        manifest = Manifest.from_json(manifest_file.read_bytes())
        # A list has no finalists; a search, which needs a hub, has.
        resolved = resolved.model_copy(update={"finalists": finalists})
        dataset = plannable_dataset(resolved, manifest)
        return cls(folder / "store", resolved, manifest, dataset, settings)

    def name_of(self, candidate: str) -> str:
        """The folder name of a candidate's model."""
        found = next(each for each in self.resolved.candidates if each.candidate == candidate)
        return Path(found.model).name

    def encoder_parameters(self, candidate: str) -> int:
        """Weights that each token is computed with: all but those of embeddings and head, as far as
        they are known."""
        model = self.manifest.model(candidate)
        return (model.encoder_parameters or model.num_parameters or 0) if model else 0


def _resolved(
    data: DataChoice,
    models: Sequence[Path],
    settings: ServiceSettings,
    method: str,
    training: Mapping[str, Any],
) -> ResolvedRequest:
    hyperparameters: dict[str, Any] = {"max_length": data.max_length}
    if data.epochs is not None:
        hyperparameters["epochs"] = data.epochs
    document = {
        "dataset": {"train": str(data.train.resolve()), "test": str(data.test.resolve())},
        "models": [{"id": str(model.resolve()), "method": method} for model in models],
        "baselines": False,
        "main_metric": data.main_metric,
        "max_train_rows": data.train_rows,
        "max_test_rows": data.test_rows,
        "validation_fraction": data.validation_rows / (data.train_rows + data.validation_rows),
        "hyperparameters": hyperparameters,
        **training,
    }
    request = parse_request(
        json.dumps(document).encode(), file_name=f"requests/{data.name}.json", allow_paths=True
    )
    return resolve(request, RUN, settings)


def _prepare(folder: Path) -> None:
    arguments = ["--request", str(folder / "request.json"), "--output", str(folder / "prepared")]
    arguments += ["--cache", str(folder / "cache"), "--store", str(folder / "store")]
    environ = {"SAGEMAKER_BASE_DIR": str(folder)}
    if prepare.main(arguments, environ, FolderObjects):
        reason = (folder / "output" / "message").read_text(encoding="utf-8")
        raise RuntimeError(f"the preparation in {folder} failed: {reason}")
