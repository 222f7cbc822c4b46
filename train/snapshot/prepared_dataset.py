"""The snapshot of the data: found in the content store, or taken and stored there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from documents.manifest import DatasetEntry
from documents.preparation_request import PreparationRequest
from snapshot.dataset_snapshot import (
    SHAPING_FIELDS,
    Snapshot,
    read_snapshot,
    take_snapshot,
    write_snapshot,
)
from snapshot.text_samples import write_text_samples
from source.pinned_source import pin_source
from storage.content_store import ContentStore, content_key
from storage.fetch_progress import FetchProgress
from storage.hub import Hub


@dataclass(frozen=True)
class PreparedDataset:
    """What every candidate is trained on."""

    id: str
    revision: str | None
    """A commit of the hub; None for files."""
    snapshot: Snapshot
    folder: Path
    """Where the snapshot is on this disk."""
    prefix: str
    """Begins the keys of SPLIT.parquet, and of the files of text_samples.py, in the bucket."""

    @property
    def entry(self) -> DatasetEntry:
        """For the manifest."""
        labels = self.snapshot.labels
        return DatasetEntry(
            id=self.id,
            revision=self.revision,
            fingerprint=self.snapshot.fingerprint,
            text_columns=self.snapshot.text_columns,
            label_columns=self.snapshot.label_columns,
            task=labels.task,
            task_reason=labels.task_reason,
            labels=labels.names,
            positive_label=labels.positive,
            rows=self.snapshot.rows,
            leaked_rows_dropped=self.snapshot.dropped.get("train", 0),
            prefix=self.prefix,
        )


def prepare_dataset(
    request: PreparationRequest,
    hub: Hub,
    store: ContentStore,
    scratch: Path,
    made_with: Mapping[str, str],
    progress: FetchProgress | None = None,
) -> PreparedDataset:
    """The rows of the resolved request; `made_with` (versions, code) is part of their key.

    Raises DataError if the data cannot be read or trained on, or changed while it was read.
    """
    shaping = {name: getattr(request, name) for name in SHAPING_FIELDS}
    pinned = pin_source(request.dataset, hub, scratch, progress, needs_train=request.learns)
    key = content_key("datasets", pinned.identity, shaping, made_with)
    folder = scratch / "rows"
    stored = store.find(key)
    if stored is not None:
        store.fetch(stored, folder)
        snapshot = read_snapshot(folder)
    else:
        source = pinned.read()
        snapshot = take_snapshot(source, request)
        # Otherwise rows of another version would be stored under this one's key.
        pinned.check_unchanged()
        write_snapshot(snapshot, folder)
        write_text_samples(snapshot.splits["test"], folder)
        stored = store.put(key, folder, {"id": source.id, "revision": source.revision})
        print(f"bakeoff took rows={snapshot.rows} labels={len(snapshot.labels.names)}", flush=True)
    return PreparedDataset(
        stored.facts["id"], stored.facts["revision"], snapshot, folder, store.key_prefix(stored)
    )
