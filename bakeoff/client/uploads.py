"""Uploads the local files that a request names, under a hash of their content."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bakeoff.client.cloud import Cloud, Deployment, ListedObject
from bakeoff.client.request_file import Place, RequestFile
from bakeoff.layout import CONTENT_HASH_LENGTH, s3_uri, upload_prefix

# An upload is reused in the first half of its life: the run then has the second half to read it.
_REUSED_SHARE = 0.5


def upload_all(
    file: RequestFile, cloud: Cloud, say: Callable[[str], None], now: datetime
) -> dict[Place, str]:
    """Uploads the files and folders that the request names; returns the S3 URI of each place.

    A file that is in the bucket already is uploaded again only if it might expire before the run
    has read it.
    """
    return {
        place: _upload(path, file.text_at(place), cloud, say, now)
        for place, path in file.paths.items()
    }


def uris_of(file: RequestFile, bucket: str) -> dict[Place, str]:
    """The S3 URIs under which `upload_all` puts what the request names; uploads nothing."""
    return {place: _uri(bucket, path, _prefix(path)) for place, path in file.paths.items()}


def _upload(path: Path, named: str, cloud: Cloud, say: Callable[[str], None], now: datetime) -> str:
    path = path.resolve()
    files, prefix = dict(_files(path)), _prefix(path)
    uploaded, oldest = cloud.list_objects(prefix), _oldest_reused(cloud.deployment, now)
    missing = {
        name: local
        for name, local in files.items()
        if not _is_reusable(uploaded.get(prefix + name), local, oldest)
    }
    if missing:
        num_bytes = sum(local.stat().st_size for local in missing.values())
        say(f"Uploading {named} ({_size(num_bytes)})")
    for name, local in missing.items():
        cloud.upload(local, prefix + name)
    return _uri(cloud.deployment.bucket, path, prefix)


def _is_reusable(uploaded: ListedObject | None, local: Path, oldest: datetime) -> bool:
    return (
        uploaded is not None
        and uploaded.num_bytes == local.stat().st_size
        and uploaded.modified >= oldest
    )


def _oldest_reused(deployment: Deployment, now: datetime) -> datetime:
    """Uploads from before this time are not reused; if their retention is unknown, none is."""
    return now - _REUSED_SHARE * timedelta(days=deployment.run_retention_days or 0)


def _prefix(path: Path) -> str:
    path = path.resolve()
    return upload_prefix(_content_hash(dict(_files(path))), path.name)


def _uri(bucket: str, path: Path, prefix: str) -> str:
    return s3_uri(bucket, prefix + ("/" if path.is_dir() else ""))


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Each file that is not hidden, with its part of the key after the name of `path`."""
    if path.is_file():
        yield "", path
        return
    for file in sorted(path.rglob("*")):
        relative = file.relative_to(path)
        if file.is_file() and not any(part.startswith(".") for part in relative.parts):
            yield f"/{relative.as_posix()}", file


def _content_hash(files: dict[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in files.items():
        with path.open("rb") as file:
            digest.update(f"{name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\0".encode())
    return digest.hexdigest()[:CONTENT_HASH_LENGTH]


def _size(num_bytes: int) -> str:
    return f"{num_bytes / 1e6:.1f} MB" if num_bytes >= 1e6 else f"{num_bytes / 1e3:.1f} kB"
