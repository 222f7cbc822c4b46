"""Contents on disk: files that never change, each stored once and removed with its last reference.

A `StoredContent` is the reference. Python counts references for us: the objects, versions and
uploads of S3, and the answers that are being sent, each hold one. When the last is gone, so is the
file. A hard link keeps the bytes for whoever made it.
"""

import hashlib
import os
import shutil
import threading
import uuid
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

CHUNK_BYTES = 1 << 20
_READ_ONLY = 0o444


class Content:
    """Bytes in a part of a file; a slice of it reads nothing."""

    def __init__(self, path: Path, start: int, num_bytes: int) -> None:
        self.path = path
        self._start = start
        self._num_bytes = num_bytes

    def __len__(self) -> int:
        return self._num_bytes

    def __bytes__(self) -> bytes:
        return b"".join(self.chunks())

    def __str__(self) -> str:
        """The content as text in UTF-8, which is how the emulator's services read a document."""
        return bytes(self).decode()

    def __getitem__(self, index: slice) -> "Content":
        start, stop, _ = index.indices(self._num_bytes)
        return _Part(self, self._start + start, max(0, stop - start))

    def chunks(self) -> Iterator[bytes]:
        """The bytes, a MB at a time."""
        with self.path.open("rb") as file:
            file.seek(self._start)
            left = self._num_bytes
            while left > 0:
                chunk = file.read(min(CHUNK_BYTES, left))
                if not chunk:
                    raise OSError(f"{self.path} is shorter than it was")
                left -= len(chunk)
                yield chunk

    def digest(self, algorithm: str) -> bytes:
        """The hash by one of hashlib's algorithms."""
        running = hashlib.new(algorithm, usedforsecurity=False)
        for chunk in self.chunks():
            running.update(chunk)
        return running.digest()


class _Part(Content):
    """A slice, which keeps the whole content alive."""

    def __init__(self, whole: Content, start: int, num_bytes: int) -> None:
        super().__init__(whole.path, start, num_bytes)
        self._whole = whole


class StoredContent(Content):
    """A whole file of a store, with its hashes."""

    def __init__(self, path: Path, num_bytes: int, sha256: bytes, md5: bytes) -> None:
        super().__init__(path, 0, num_bytes)
        self._digests = {"sha256": sha256, "md5": md5}

    @property
    def sha256(self) -> str:
        """In hexadecimal."""
        return self._digests["sha256"].hex()

    def digest(self, algorithm: str) -> bytes:
        return self._digests.get(algorithm) or super().digest(algorithm)


class ContentStore:
    """The contents in a folder of their own; threads may share it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = threading.Lock()
        self._by_sha256: weakref.WeakValueDictionary[str, StoredContent] = (
            weakref.WeakValueDictionary()
        )

    def find(self, sha256: str) -> StoredContent | None:
        """The content of that hash, if anything refers to it."""
        return self._by_sha256.get(sha256)

    def writer(self) -> "Writer":
        """Writes one content: `with store.writer() as writer:`, and then `writer.stored()`."""
        return Writer(self, self._new_path())

    def add(self, data: bytes) -> StoredContent:
        with self.writer() as writer:
            writer.write(data)
            return writer.stored()

    def copy(self, path: Path) -> StoredContent:
        """Store a file that may change later."""
        with self.writer() as writer, path.open("rb") as file:
            shutil.copyfileobj(file, writer, CHUNK_BYTES)
            return writer.stored()

    def take(self, path: Path) -> StoredContent:
        """Store a file that its owner no longer needs: it moves into the store."""
        sha256, md5 = _new_hashes()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                sha256.update(chunk)
                md5.update(chunk)
        return self._keep(path, path.stat().st_size, sha256.digest(), md5.digest())

    def _new_path(self) -> Path:
        return self._folder / uuid.uuid4().hex

    def _keep(self, path: Path, num_bytes: int, sha256: bytes, md5: bytes) -> StoredContent:
        with self._lock:
            known = self._by_sha256.get(sha256.hex())
            if known is not None:
                path.unlink()
                return known
            # A name of its own: the file of an equal content may be about to be removed.
            kept = self._new_path()
            path.chmod(_READ_ONLY)
            shutil.move(path, kept)
            content = StoredContent(kept, num_bytes, sha256, md5)
            removal = weakref.finalize(content, kept.unlink, missing_ok=True)
            removal.atexit = False
            self._by_sha256[content.sha256] = content
            return content


class Writer:
    """Writes a content and computes its hashes meanwhile."""

    def __init__(self, store: ContentStore, path: Path) -> None:
        self._store = store
        self._path = path
        self._file = path.open("wb")
        self._sha256, self._md5 = _new_hashes()
        self._num_bytes = 0

    def write(self, data: bytes) -> int:
        self._sha256.update(data)
        self._md5.update(data)
        self._num_bytes += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def stored(self) -> StoredContent:
        """What was written, now in the store."""
        self._file.close()
        return self._store._keep(
            self._path, self._num_bytes, self._sha256.digest(), self._md5.digest()
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            # What is still buffered is written now, for which the disk may be too full.
            self._file.close()
        finally:
            self._path.unlink(missing_ok=True)


def link_or_copy(source: Path, target: Path) -> None:
    """A second name for a file that never changes; a copy where links are not possible."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)


def _new_hashes() -> tuple["hashlib._Hash", "hashlib._Hash"]:
    return hashlib.sha256(), hashlib.md5(usedforsecurity=False)
