"""The test rows of a run, as every candidate was scored on them."""

from pathlib import Path

from bakeoff import layout
from bakeoff.client.cloud import Cloud
from bakeoff.prepared.manifest import Manifest


def fetch_test_rows(cloud: Cloud, run: str, path: Path) -> bool:
    """Writes them to `path`; False if they are no longer there.

    Raises ServiceError if they may not be read, and DocumentError for another version's manifest.
    """
    content = cloud.read(layout.manifest_key(run))
    dataset = None if content is None else Manifest.from_json(content).dataset
    if dataset is None:
        return False
    rows = cloud.read(layout.split_rows_key(dataset.prefix, "test"))
    if rows is None:
        return False
    path.write_bytes(rows)
    return True
