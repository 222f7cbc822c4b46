"""How much of data and models has been fetched, written down for those who wait for it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FILE_NAME = "fetching.json"
_EVERY_SECONDS = 3.0


class FetchProgress:
    """Looks at the folders that files are fetched into; threads may share it.

    Args:
        write: stores the content of FILE_NAME; its errors are ignored, as nothing depends on it.
        every_seconds: how often it is written.
    """

    def __init__(
        self,
        write: Callable[[bytes], None] = lambda content: None,
        every_seconds: float = _EVERY_SECONDS,
    ) -> None:
        self._write = write
        self._every_seconds = every_seconds
        self._lock = threading.Lock()
        self._expected: dict[Path, int] = {}
        self._fetched: dict[Path, int] = {}

    @contextmanager
    def watching(self, folder: Path, num_bytes: int) -> Iterator[None]:
        """Meanwhile `num_bytes` are fetched into the folder, beside what is there."""
        with self._lock:
            self._expected[folder] = num_bytes
        has_ended = threading.Event()
        watched = (folder, _size_bytes(folder), has_ended)
        watcher = threading.Thread(target=self._watch, args=watched, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            has_ended.set()
            watcher.join()
            self._note(folder, num_bytes)

    def _watch(self, folder: Path, before_bytes: int, has_ended: threading.Event) -> None:
        while not has_ended.wait(self._every_seconds):
            new_bytes = _size_bytes(folder) - before_bytes
            self._note(folder, min(new_bytes, self._expected[folder]))

    def _note(self, folder: Path, fetched_bytes: int) -> None:
        with self._lock, suppress(Exception):
            # A file that is moved, or begun again, is missing for a moment.
            self._fetched[folder] = max(fetched_bytes, self._fetched.get(folder, 0))
            content = {
                "fetched_bytes": sum(self._fetched.values()),
                "num_bytes": sum(self._expected.values()),
            }
            self._write(json.dumps(content).encode())


def _size_bytes(folder: Path) -> int:
    """What is there, files that are not complete yet included."""
    total = 0
    for path in folder.rglob("*"):
        # It may be given its name just now.
        with suppress(OSError):
            # The hub's cache has each file once, and links to it.
            if path.is_file() and not path.is_symlink():
                total += path.stat().st_size
    return total
