"""A candidate's model in the content store, under the key of the files that it was made from."""

from datetime import UTC, datetime

from bench.folder_objects import FolderObjects
from prepared_models import ModelPreparation
from snapshot.dataset_snapshot import take_snapshot, write_snapshot
from storage.content_store import ContentStore
from storage.hub import Hub
from tests.support.limited import processes
from tests.support.preparing import read_source, requested, reviews, write_csv
from tests.support.tiny_models import build_tiny_model

__all__ = ["processes"]


class MovingObjects(FolderObjects):
    """Puts another vocabulary beside the model whenever the store is searched, which is before the
    model is fetched."""

    def __init__(self, folder, model):
        super().__init__(folder)
        self._model = model

    def sizes(self, beginning):
        (self._model / "added_tokens.json").write_text('{"film": 5}')
        return super().sizes(beginning)


def test_a_model_that_changes_while_it_is_fetched_is_not_stored(tmp_path, processes):
    rows = reviews(20)
    train = write_csv(tmp_path / "train.csv", rows)
    model = build_tiny_model("bert", tmp_path / "model", [text for text, _ in rows])
    request = requested(train, models=[model])
    preparation = ModelPreparation(
        ContentStore(
            MovingObjects(tmp_path / "store", model),
            now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
            new_name=lambda: "one",
        ),
        Hub(None),
        processes,
        tmp_path / "scratch",
        made_with={},
        workers=1,
        allow_remote_code=False,
    )
    snapshot = take_snapshot(read_source(tmp_path, train), request)
    write_snapshot(snapshot, tmp_path / "rows")

    (prepared,) = preparation.prepare(
        [each for each in request.candidates if not each.is_baseline],
        snapshot,
        tmp_path / "rows",
    )

    assert prepared.entry.status == "failed"
    assert f"{model} changed while it was fetched" in prepared.entry.reason
    assert not (tmp_path / "store").exists()
