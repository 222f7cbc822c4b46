"""Files of this machine that a request names, put into the bucket under what they contain."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from bakeoff.client.cloud import Cloud
from bakeoff.client.request_file import Place, RequestFile
from bakeoff.layout import UPLOADS_PREFIX, s3_uri

_HASH_LENGTH = 32


def upload_all(file: RequestFile, cloud: Cloud, say: Callable[[str], None]) -> dict[Place, str]:
    """Uploads what the request names, unless it is there already; the S3 URI of each place."""
    return {place: _upload(path, cloud, say) for place, path in file.paths.items()}


def uris_of(file: RequestFile, bucket: str) -> dict[Place, str]:
    """Where `upload_all` puts, or has put, what the request names; nothing is uploaded."""
    return {place: _uri(bucket, path, _prefix(path)) for place, path in file.paths.items()}


def _upload(path: Path, cloud: Cloud, say: Callable[[str], None]) -> str:
    path = path.resolve()
    files, prefix = dict(_files(path)), _prefix(path)
    there = cloud.sizes(prefix)
    missing = {
        name: local
        for name, local in files.items()
        if there.get(prefix + name) != local.stat().st_size
    }
    if missing:
        num_bytes = sum(local.stat().st_size for local in missing.values())
        say(f"Uploading {path.name} ({_size(num_bytes)})")
    for name, local in missing.items():
        cloud.upload(local, prefix + name)
    return _uri(cloud.deployment.bucket, path, prefix)


def _prefix(path: Path) -> str:
    path = path.resolve()
    return f"{UPLOADS_PREFIX}{_content_hash(dict(_files(path)))}/{path.name}"


def _uri(bucket: str, path: Path, prefix: str) -> str:
    return s3_uri(bucket, prefix + ("/" if path.is_dir() else ""))


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Each file with what comes after the name of `path` in its key; hidden ones are left out."""
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
    return digest.hexdigest()[:_HASH_LENGTH]


def _size(num_bytes: int) -> str:
    return f"{num_bytes / 1e6:.1f} MB" if num_bytes >= 1e6 else f"{num_bytes / 1e3:.1f} kB"
