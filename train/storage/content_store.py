"""Stores folders under keys derived from their inputs, so that later runs can reuse them.

The objects of the key `models/abc` are

    models/abc.json            the marker, written last, with the name and size of each file
    models/abc/RANDOM/...      the files of one writer

Each writer has a place of its own, which is never written again. So two runs may put the same key
at once: the later marker counts, and readers of the earlier one still find complete files.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

_TRANSFERS_AT_ONCE = 8


class Objects(Protocol):
    """A store of named objects."""

    prefix: str
    """The prefix of the objects' keys in their bucket."""

    def sizes(self, beginning: str) -> dict[str, int]: ...
    def read(self, name: str) -> bytes: ...
    def write(self, name: str, content: bytes) -> None: ...
    def upload(self, path: Path, name: str) -> None: ...
    def download(self, name: str, path: Path) -> None: ...


@dataclass(frozen=True)
class Stored:
    """A folder in the store."""

    place: str
    """Where its files are in the store; ends in "/"."""
    created: str
    """When writing it began, in ISO 8601."""
    files: dict[str, int]
    """Size in bytes of each file, by its path in the folder."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Facts that the writer recorded, so that readers need not open the files."""


class ContentStore:
    """Folders by key; a key is derived from everything that determines the folder's content.

    Args:
        objects: the store of their files.
        now: returns the current time, with a time zone.
        new_name: returns a name that no other writer uses.
        max_age: older folders are ignored; None for any age.
    """

    def __init__(
        self,
        objects: Objects,
        *,
        now: Callable[[], datetime],
        new_name: Callable[[], str],
        max_age: timedelta | None = None,
    ) -> None:
        self._objects = objects
        self._now = now
        self._new_name = new_name
        self._max_age = max_age

    def find(self, key: str) -> Stored | None:
        """The folder, if it is complete and not too old."""
        there = self._objects.sizes(key)
        marker = f"{key}.json"
        if marker not in there:
            return None
        try:
            stored = Stored(**json.loads(self._objects.read(marker)))
            age = self._now() - datetime.fromisoformat(stored.created)
        except (ValueError, TypeError):
            return None
        if self._max_age is not None and age >= self._max_age:
            return None
        whole = all(there.get(stored.place + name) == size for name, size in stored.files.items())
        return stored if whole else None

    def put(self, key: str, folder: Path, facts: Mapping[str, Any] | None = None) -> Stored:
        """Store the folder's files under the key; `facts` must be serialisable as JSON."""
        created = self._now().isoformat()
        paths = {
            path.relative_to(folder).as_posix(): path
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        sizes = {name: path.stat().st_size for name, path in paths.items()}
        stored = Stored(f"{key}/{self._new_name()}/", created, sizes, dict(facts or {}))

        def upload(name: str) -> None:
            self._objects.upload(paths[name], stored.place + name)

        _at_once(upload, list(paths))
        # The marker is written last, so that a reader who finds it finds all files.
        self._objects.write(f"{key}.json", json.dumps(asdict(stored), indent=1).encode())
        return stored

    def fetch(
        self, stored: Stored, folder: Path, wanted: Callable[[str], bool] | None = None
    ) -> None:
        """Download the files, or those whose name is `wanted`, into `folder`."""

        def download(name: str) -> None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            self._objects.download(stored.place + name, path)

        folder.mkdir(parents=True, exist_ok=True)
        _at_once(download, [name for name in stored.files if wanted is None or wanted(name)])

    def key_prefix(self, stored: Stored) -> str:
        """The prefix of its files' keys in the bucket; ends in "/"."""
        return self._objects.prefix + stored.place


def content_key(kind: str, *parts: Any) -> str:
    """KIND/HASH, where the hash is that of the parts as JSON."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return f"{kind}/{hashlib.sha256(text.encode()).hexdigest()}"


def _at_once(transfer: Callable[[str], None], names: list[str]) -> None:
    with ThreadPoolExecutor(_TRANSFERS_AT_ONCE) as pool:
        # Iterating over the results raises the errors of the threads.
        for _ in pool.map(transfer, names):
            pass
