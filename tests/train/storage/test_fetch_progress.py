"""What is written down of the models that are being fetched."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bakeoff.prepared.fetching import Fetching
from storage.fetch_progress import FetchProgress


class Notes:
    """The documents that were written, and a way to wait for one."""

    def __init__(self) -> None:
        self.written: list[Fetching] = []
        self._changed = threading.Condition()

    def write(self, content: bytes) -> None:
        with self._changed:
            self.written.append(Fetching.from_json(content))
            self._changed.notify_all()

    def wait_for(self, is_there: Callable[[Fetching], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(is_there, self.written)), timeout=60)


def test_what_is_there_is_written_down_while_it_arrives_and_all_at_the_end(tmp_path: Path) -> None:
    notes = Notes()
    progress = FetchProgress(notes.write, every_seconds=0.01)

    with progress.watching(tmp_path / "new", 100):
        # Where the hub's library keeps what it has of a file.
        unfinished = tmp_path / "new" / ".cache" / "part.incomplete"
        unfinished.parent.mkdir(parents=True)
        unfinished.write_bytes(b"x" * 40)
        notes.wait_for(lambda each: (each.fetched_bytes, each.num_bytes) == (40, 100))

    assert notes.written[-1] == Fetching(fetched_bytes=100, num_bytes=100)


def test_several_models_count_together(tmp_path: Path) -> None:
    notes = Notes()
    progress = FetchProgress(notes.write, every_seconds=60)

    with progress.watching(tmp_path / "a", 100), progress.watching(tmp_path / "b", 50):
        pass

    assert notes.written == [
        Fetching(fetched_bytes=50, num_bytes=150),
        Fetching(fetched_bytes=150, num_bytes=150),
    ]


def test_no_more_is_said_to_be_there_than_is_fetched(tmp_path: Path) -> None:
    notes = Notes()

    with FetchProgress(notes.write, every_seconds=0.01).watching(tmp_path, 100):
        (tmp_path / "unpacked").write_bytes(b"x" * 500)
        notes.wait_for(lambda each: each.fetched_bytes == 100)

    assert max(each.fetched_bytes for each in notes.written) == 100


def test_what_was_there_before_is_not_counted(tmp_path: Path) -> None:
    (tmp_path / "earlier").write_bytes(b"x" * 30)
    notes = Notes()

    with FetchProgress(notes.write, every_seconds=0.01).watching(tmp_path, 100):
        (tmp_path / "new").write_bytes(b"x" * 40)
        notes.wait_for(lambda each: each.fetched_bytes == 40)

    assert {each.fetched_bytes for each in notes.written} <= {0, 40, 100}


def test_it_never_goes_back_where_a_file_is_begun_again(tmp_path: Path) -> None:
    notes = Notes()
    part = tmp_path / "part.incomplete"

    with FetchProgress(notes.write, every_seconds=0.01).watching(tmp_path, 100):
        part.write_bytes(b"x" * 60)
        notes.wait_for(lambda each: each.fetched_bytes == 60)
        part.unlink()
        before = len(notes.written)
        notes.wait_for(lambda each: len(notes.written) > before + 2)

    shown = [each.fetched_bytes for each in notes.written]
    assert shown == sorted(shown)


def test_a_note_that_cannot_be_stored_fails_nothing(tmp_path: Path) -> None:
    def denied(content: bytes) -> None:
        raise PermissionError(json.loads(content))

    with FetchProgress(denied, every_seconds=0.01).watching(tmp_path, 1):
        pass


def test_the_error_of_a_fetch_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="reset"), FetchProgress().watching(tmp_path, 1):
        raise OSError("reset")
