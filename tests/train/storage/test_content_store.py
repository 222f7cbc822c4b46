"""Folders kept by content: whole or not at all, in a folder and in S3 alike."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bench.folder_objects import FolderObjects
from storage import s3
from storage.content_store import ContentStore, content_key
from tests.support.bucket import BUCKET, bucket

__all__ = ["bucket"]

KEY = "models/abc"
FILES = {"config.json": b"{}", "inner/weights": b"12345", "empty": b""}


class Clock:
    """Tells what it is set to."""

    def __init__(self):
        self.now = datetime(2024, 5, 1, 12, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["folder", "s3"])
def objects(request, tmp_path):
    if request.param == "folder":
        return FolderObjects(tmp_path / "store")
    client = request.getfixturevalue("bucket")
    return s3.Objects(f"s3://{BUCKET}/cache/", client)


@pytest.fixture
def store(objects, clock):
    return store_over(objects, clock, timedelta(days=7))


def store_over(objects, clock, max_age=None, name="writer"):
    numbers = count()
    return ContentStore(
        objects, now=clock, new_name=lambda: f"{name}{next(numbers)}", max_age=max_age
    )


def folder_with(path, files=FILES):
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def files_in(path):
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in path.rglob("*")
        if file.is_file()
    }


def test_a_stored_entry_is_found_and_fetched(store, tmp_path):
    assert store.find(KEY) is None
    put = store.put(KEY, folder_with(tmp_path / "made"), {"max_length": 128})
    found = store.find(KEY)
    assert found == put
    assert found.facts == {"max_length": 128}
    store.fetch(found, tmp_path / "fetched")
    assert files_in(tmp_path / "fetched") == FILES


def test_only_the_files_that_are_wanted_are_fetched(store, tmp_path):
    put = store.put(KEY, folder_with(tmp_path / "made"))
    store.fetch(put, tmp_path / "fetched", lambda name: name.endswith(".json"))
    assert files_in(tmp_path / "fetched") == {"config.json": b"{}"}


def test_a_key_that_another_one_begins_with_is_another_key(store, tmp_path):
    store.put(KEY + "def", folder_with(tmp_path / "made"))
    assert store.find(KEY) is None


def test_an_entry_without_its_marker_is_not_found(store, objects, tmp_path):
    class CrashError(Exception):
        pass

    class Crashing:
        """Ends before the marker is written."""

        def __getattr__(self, name):
            return getattr(objects, name)

        def write(self, name, content):
            raise CrashError

    with pytest.raises(CrashError):
        store_over(Crashing(), Clock()).put(KEY, folder_with(tmp_path / "made"))
    assert objects.sizes(KEY)
    assert store.find(KEY) is None


def test_an_entry_with_a_missing_or_truncated_file_is_not_found(store, objects, tmp_path):
    folder = folder_with(tmp_path / "made")
    put = store.put(KEY, folder)
    marker = json.loads(objects.read(f"{KEY}.json"))
    objects.write(put.place + "config.json", b"{")
    assert store.find(KEY) is None
    objects.write(put.place + "config.json", b"{}")
    assert store.find(KEY) == put
    marker["files"]["other"] = 3
    objects.write(f"{KEY}.json", json.dumps(marker).encode())
    assert store.find(KEY) is None


@pytest.mark.parametrize("marker", [b"", b"[]", b"{}", b'{"place": "x", "unknown": 1}'])
def test_a_marker_that_cannot_be_read_is_none(store, objects, marker):
    objects.write(f"{KEY}.json", marker)
    assert store.find(KEY) is None


def test_an_expired_entry_is_not_found_and_is_stored_again(store, clock, tmp_path):
    old = store.put(KEY, folder_with(tmp_path / "made"))
    clock.now += timedelta(days=7) - timedelta(seconds=1)
    assert store.find(KEY) == old
    clock.now += timedelta(seconds=1)
    assert store.find(KEY) is None
    new = store.put(KEY, tmp_path / "made")
    assert store.find(KEY) == new != old
    # A job that was planned with the old one still reads it.
    store.fetch(old, tmp_path / "fetched")
    assert files_in(tmp_path / "fetched") == FILES


def test_two_that_put_the_same_key_do_not_disturb_each_other(objects, clock, tmp_path):
    first, second = (store_over(objects, clock, name=name) for name in ("a", "b"))
    one = first.put(KEY, folder_with(tmp_path / "one"))
    # Made by another machine, its files need not have the same bytes.
    other = second.put(KEY, folder_with(tmp_path / "other", {"config.json": b'{"longer": 1}'}))
    assert first.find(KEY) == second.find(KEY) == other
    for stored, expected in ((one, FILES), (other, {"config.json": b'{"longer": 1}'})):
        first.fetch(stored, tmp_path / stored.place)
        assert files_in(tmp_path / stored.place) == expected


def test_prefixes_are_those_of_keys_in_the_bucket(bucket, clock, tmp_path):
    store = store_over(s3.Objects(f"s3://{BUCKET}/cache/", bucket), clock)
    prefix = store.key_prefix(store.put(KEY, folder_with(tmp_path / "made")))
    listed = bucket.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"]
    assert {item["Key"] for item in listed} == {prefix + name for name in FILES}
    assert prefix == "cache/models/abc/writer0/"


def test_a_key_is_as_distinct_as_its_parts():
    parts = [["a", "b"], {"x": None, "y": 1}, 5]
    key = content_key("rows", *parts)
    assert key.startswith("rows/")
    assert key == content_key("rows", ["a", "b"], {"y": 1, "x": None}, 5)
    others = [("rows", ["ab"], *parts[1:]), ("rows", *parts, None), ("rows", *parts[:2], "5")]
    assert len({key, *(content_key(*other) for other in others)}) == 4
