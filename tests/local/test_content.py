"""Contents on disk."""

import gc
from pathlib import Path

import pytest

from local.objects.content import ContentStore, link_or_copy

DATA = bytes(range(256)) * 10_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def store(folder: Path) -> ContentStore:
    return ContentStore(folder)


def files(folder: Path) -> list[Path]:
    gc.collect()
    return list(folder.iterdir())


def test_equal_contents_are_one_file(store: ContentStore, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "weights.bin"
    other.write_bytes(DATA)

    first, second, third = store.add(DATA), store.copy(other), store.take(other)

    assert first is second is third
    assert len(files(folder)) == 1
    assert not other.exists()


def test_a_file_goes_with_its_last_reference(store: ContentStore, folder: Path) -> None:
    whole = store.add(DATA)
    part = whole[100:200]
    sha256 = whole.sha256

    del whole

    assert bytes(part) == DATA[100:200]
    assert len(files(folder)) == 1
    del part
    assert files(folder) == []
    assert store.find(sha256) is None


def test_a_link_outlives_its_content(store: ContentStore, folder: Path, tmp_path: Path) -> None:
    content = store.add(DATA)
    link_or_copy(content.path, tmp_path / "input.bin")

    del content

    assert files(folder) == []
    assert (tmp_path / "input.bin").read_bytes() == DATA


def test_slices_are_those_of_bytes(store: ContentStore) -> None:
    content = store.add(DATA)

    for cut in (slice(0, 0), slice(5, 9), slice(2_000_000, None), slice(-3, None), slice(9, 5)):
        assert bytes(content[cut]) == DATA[cut]
    assert bytes(content[10:1000][5:20]) == DATA[10:1000][5:20]


def test_what_could_not_be_written_leaves_nothing(store: ContentStore, folder: Path) -> None:
    with pytest.raises(OSError, match="full"), store.writer() as writer:
        writer.write(DATA)
        raise OSError("the disk is full")

    assert files(folder) == []
