"""Pins a data set to one version: a commit of the hub, or the files as they are now."""

from pathlib import Path

from documents.preparation_request import RequestedDataset
from source.file_source import FileSource
from source.hub_source import HubSource
from source.source_splits import PinnedSource
from storage.fetch_progress import FetchProgress
from storage.hub import Hub


def pin_source(
    dataset: RequestedDataset,
    hub: Hub,
    cache: Path,
    progress: FetchProgress | None = None,
    *,
    needs_train: bool = True,
) -> PinnedSource:
    """The resolved request's `dataset`, whose files are fetched into `cache`.

    Without `needs_train`, a split test will do; whether files have one, the request has told.

    Args:
        progress: notes how much of them is fetched; None: nobody is told.

    Raises DataError if it does not exist or may not be read.
    """
    progress = progress or FetchProgress()
    if dataset.files is not None:
        return FileSource.of(dataset, dataset.files, cache, progress)
    return HubSource.of(dataset, hub, cache, progress, needs_train=needs_train)
