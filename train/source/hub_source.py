"""A data set of the hub."""

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from datasets import (
    DatasetBuilder,
    get_dataset_config_names,
    get_dataset_split_names,
    load_dataset_builder,
)
from datasets.exceptions import DatasetNotFoundError
from huggingface_hub.constants import HF_HUB_CACHE
from huggingface_hub.file_download import repo_folder_name

from documents.preparation_request import RequestedDataset
from source.data_problems import DataError, Problem, full_disk, shown
from source.parquet_rows import hub_rows
from source.source_splits import SPLITS, Source
from storage.error_text import one_line
from storage.fetch_progress import FetchProgress
from storage.hub import Hub, hub_fault, refusal

# Their messages speak of the library's code.
_OF_CODE = (AssertionError, AttributeError, LookupError, NameError, RecursionError, TypeError)
_LATER = "Upload the request again when the hub answers as it should."
_USUAL_NAMES = {
    "train": ("train",),
    "validation": ("validation", "valid", "dev"),
    "test": ("test",),
}


@dataclass(frozen=True)
class HubSource:
    """See PinnedSource."""

    id: str
    config: str | None
    commit: str
    chosen: dict[str, str]
    """The data set's own names of the splits, by ours."""
    named: frozenset[str]
    hub: Hub
    cache: Path
    progress: FetchProgress

    @classmethod
    def of(
        cls,
        dataset: RequestedDataset,
        hub: Hub,
        cache: Path,
        progress: FetchProgress,
        *,
        needs_train: bool = True,
    ) -> "HubSource":
        """Raises DataError if the hub refuses it, or lacks the configuration or a split."""
        name, wanted = dataset.id, vars(dataset.splits)
        with _refusals(name):
            commit = hub.dataset_commit(name, dataset.revision)
            config = _config(dataset, commit, hub)
            there = get_dataset_split_names(name, config, revision=commit, token=hub.token)
            chosen = chosen_splits(wanted, there, needs_train=needs_train)
        named = frozenset(dataset.splits.given)
        return cls(name, config, commit, chosen, named, hub, cache, progress)

    @property
    def identity(self) -> list[str]:
        splits = [f"{split} {source}" for split, source in self.chosen.items()]
        return [f"hub {self.id}", f"commit {self.commit}", f"config {self.config}", *splits]

    def read(self) -> Source:
        with _refusals(self.id):
            builder = load_dataset_builder(
                self.id,
                self.config,
                revision=self.commit,
                token=self.hub.token,
                cache_dir=str(self.cache / "datasets"),
            )
            with self.progress.watching(_fetched_into(self.id), self._num_bytes(builder)):
                builder.download_and_prepare()
            splits = {
                split: hub_rows(builder.as_dataset(split=source))
                for split, source in self.chosen.items()
            }
        return Source(self.id, self.commit, splits, self.named)

    def _num_bytes(self, builder: DatasetBuilder) -> int:
        """Of the files that have the rows, of all splits: all are fetched.

        0 where the hub does not tell: only the progress depends on it.
        """
        places = {file for files in (builder.config.data_files or {}).values() for file in files}
        files = [
            path for place in sorted(places) if (path := place.partition(f"@{self.commit}/")[2])
        ]
        try:
            return self.hub.dataset_bytes(self.id, self.commit, files)
        except Exception:
            traceback.print_exc()
            return 0

    def check_unchanged(self) -> None:
        """A commit does not change."""


def _fetched_into(dataset: str) -> Path:
    """The datasets library leaves it to the hub's, which has one folder for each repository."""
    return Path(HF_HUB_CACHE) / repo_folder_name(repo_id=dataset, repo_type="dataset")


@contextmanager
def _refusals(name: str) -> Iterator[None]:
    """Refusals of the hub, and failures to reach it, become DataErrors."""
    what = f"The data set {name}"
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        if hub_fault(error) is not None:
            raise DataError.of("dataset", str(refusal(what, error)), _LATER) from error
        if isinstance(error, DatasetNotFoundError):
            raise DataError.of("dataset", _innermost(error), "Check the id.") from error
        problem = refusal(what, error) or f"{what} cannot be loaded: {_innermost(error)}"
        refused = DataError.of("dataset", problem, "Check id, config and revision.")
        raise full_disk("dataset", error) or refused from error


def _config(dataset: RequestedDataset, commit: str, hub: Hub) -> str | None:
    configs = get_dataset_config_names(dataset.id, revision=commit, token=hub.token)
    wanted = dataset.config
    if wanted is not None and wanted not in configs:
        raise DataError.of(
            "dataset.config",
            f"The data set has no configuration {wanted!r}.",
            f"It has: {shown(configs)}.",
        )
    if wanted is None and len(configs) > 1 and "default" not in configs:
        raise DataError.of(
            "dataset.config",
            "The data set has several configurations, and the request names none.",
            f"Name one of: {shown(configs)}.",
        )
    return wanted


def chosen_splits(
    wanted: Mapping[str, str | None], there: list[str], *, needs_train: bool
) -> dict[str, str]:
    """The data set's own names of the splits to read, by ours.

    Args:
        wanted: by our names, those that the request gives; None: the usual ones.
        there: all that the data set has.

    Raises DataError for those that are missing: of those that the request leaves open, only train,
    and without `needs_train` only if there is no test either.
    """
    chosen, problems = {}, []
    for split in SPLITS:
        name = wanted[split]
        if name is not None and name not in there:
            problem = f"The data set has no split {name!r}."
            problems.append(Problem(f"dataset.{split}", problem, f"It has: {shown(there)}."))
        elif name is not None:
            chosen[split] = name
        else:
            usual = next((known for known in _USUAL_NAMES[split] if known in there), None)
            if usual is not None:
                chosen[split] = usual
    if not problems and "train" not in chosen and (needs_train or "test" not in chosen):
        remedy = f"Name the one to train on as dataset.train; it has: {shown(there)}."
        if "test" in chosen:
            remedy += (
                " Test rows alone will do where all models have the methods zeroshot or prompt, "
                "none has prompt_examples, and baselines is false."
            )
        problems.append(Problem("dataset.train", "The data set has no split train.", remedy))
    if problems:
        raise DataError(problems)
    return chosen


def _innermost(error: BaseException) -> str:
    """The reason at the bottom: the library wraps it in a sentence that says nothing."""
    while error.__cause__ is not None:
        error = error.__cause__
    # The library's complaints about columns are TypeErrors too.
    if isinstance(error, _OF_CODE) and not str(error).startswith("Couldn't cast"):
        traceback.print_exception(error)
        return "its structure is none that the datasets library knows; the job's log has details."
    return one_line(error)
