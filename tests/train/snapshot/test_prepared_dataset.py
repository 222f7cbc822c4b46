"""The snapshot in the content store, under the key of the data that it was taken from."""

from datetime import UTC, datetime

import pytest

from bench.folder_objects import FolderObjects
from snapshot.prepared_dataset import prepare_dataset
from source.data_problems import DataError
from storage.content_store import ContentStore
from storage.hub import Hub
from tests.support.preparing import requested, reviews, write_csv


class MovingObjects(FolderObjects):
    """Writes another train file whenever the store is searched, which is before rows are read."""

    def __init__(self, folder, train):
        super().__init__(folder)
        self._train = train

    def sizes(self, beginning):
        write_csv(self._train, reviews(40))
        return super().sizes(beginning)


def test_rows_of_a_file_that_changes_meanwhile_are_not_stored(tmp_path):
    train = write_csv(tmp_path / "train.csv", reviews(60))
    store = ContentStore(
        MovingObjects(tmp_path / "store", train),
        now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        new_name=lambda: "one",
    )
    with pytest.raises(DataError, match=r"dataset.train: .*train.csv changed while it was read"):
        prepare_dataset(requested(train), Hub(None), store, tmp_path / "scratch", {})
    assert not (tmp_path / "store").exists()
