"""Uploads the local files that a request names, under a hash of their content."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bakeoff.client.cloud import Cloud, ListedObject
from bakeoff.client.deployment import Deployment
from bakeoff.client.local_files import files_of
from bakeoff.client.request_file import Place, RequestFile
from bakeoff.client.upload_progress import TOLD_FROM_BYTES, Sent
from bakeoff.layout import CONTENT_HASH_LENGTH, s3_uri, upload_prefix

# An upload is reused in the first half of its life: the run then has the second half to read it.
_REUSED_SHARE = 0.5
_UPLOADS_AT_ONCE = 8


def upload_all(
    file: RequestFile, cloud: Cloud, say: Callable[[str], None], now: datetime
) -> dict[Place, str]:
    """Uploads the files and folders that the request names; returns the S3 URI of each place.

    A file that is in the bucket already is uploaded again only if it might expire before the run
    has read it.
    """
    return {
        place: _upload(_Local.of(place, path), file.text_at(place), cloud, say, now)
        for place, path in file.paths.items()
    }


def uris_of(file: RequestFile, bucket: str) -> dict[Place, str]:
    """The S3 URIs under which `upload_all` puts what the request names; uploads nothing."""
    return {place: _Local.of(place, path).uri(bucket) for place, path in file.paths.items()}


@dataclass(frozen=True)
class _Local:
    """A file or a folder of this machine."""

    path: Path
    files: dict[str, Path]
    """By the part of the key after `prefix`."""
    prefix: str
    """Of the keys in the bucket."""

    @classmethod
    def of(cls, place: Place, path: Path) -> "_Local":
        path = path.resolve()
        files = files_of(path, is_model=place[0] == "models")
        return cls(path, files, upload_prefix(_content_hash(files), path.name))

    def uri(self, bucket: str) -> str:
        return s3_uri(bucket, self.prefix + ("/" if self.path.is_dir() else ""))


def _upload(
    local: _Local, named: str, cloud: Cloud, say: Callable[[str], None], now: datetime
) -> str:
    files, prefix = local.files, local.prefix
    uploaded, oldest = cloud.list_objects(prefix), _oldest_reused(cloud.deployment, now)
    missing = {
        name: path
        for name, path in files.items()
        if not _is_reusable(uploaded.get(prefix + name), path, oldest)
    }
    if missing:
        num_bytes = sum(path.stat().st_size for path in missing.values())
        say(f"Uploading {named} ({_size(num_bytes)})")
        if num_bytes >= TOLD_FROM_BYTES:
            sent = Sent(num_bytes, say)
            _at_once(lambda name: cloud.upload(missing[name], prefix + name, sent), list(missing))
            return local.uri(cloud.deployment.bucket)
    _at_once(lambda name: cloud.upload(missing[name], prefix + name), list(missing))
    return local.uri(cloud.deployment.bucket)


def _at_once(upload: Callable[[str], None], names: list[str]) -> None:
    with ThreadPoolExecutor(_UPLOADS_AT_ONCE) as pool:
        try:
            # Iterating over the results raises the errors of the threads.
            for _ in pool.map(upload, names):
                pass
        except BaseException:
            # Ctrl-C, too, need not wait for the files that have not begun.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _is_reusable(uploaded: ListedObject | None, local: Path, oldest: datetime) -> bool:
    return (
        uploaded is not None
        and uploaded.num_bytes == local.stat().st_size
        and uploaded.modified >= oldest
    )


def _oldest_reused(deployment: Deployment, now: datetime) -> datetime:
    """Uploads from before this time are not reused; if their retention is unknown, none is."""
    return now - _REUSED_SHARE * timedelta(days=deployment.run_retention_days or 0)


def _content_hash(files: dict[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in files.items():
        with path.open("rb") as file:
            digest.update(f"{name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\0".encode())
    return digest.hexdigest()[:CONTENT_HASH_LENGTH]


def _size(num_bytes: int) -> str:
    return f"{num_bytes / 1e6:.1f} MB" if num_bytes >= 1e6 else f"{num_bytes / 1e3:.1f} kB"
