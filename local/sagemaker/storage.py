"""Copies objects in S3 to folders on disk, and back."""

import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from local.sagemaker.errors import JobFailure


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of an s3:// URI."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def missing_objects_message(uri: str, role_arn: str, region: str) -> str:
    """SageMaker's message for an input without objects."""
    bucket, _ = split_uri(uri)
    return (
        f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure that '
        f"the bucket exists in the selected region ({region}), that objects exist under that S3 "
        f'prefix, and that the role "{role_arn}" has "s3:ListBucket" permissions on bucket '
        f'"{bucket}".'
    )


def keys_under(s3: Any, uri: str) -> Iterator[str]:
    """Keys that start with the URI's key. It is a string prefix, so `m1` also matches `m10`."""
    bucket, prefix = split_uri(uri)
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield from (each["Key"] for each in page.get("Contents", []))
    except s3.exceptions.NoSuchBucket:
        return


def download(s3: Any, uri: str, folder: Path) -> int:
    """Copy every object under the URI into the folder; returns their number."""
    bucket, prefix = split_uri(uri)
    count = 0
    folder.mkdir(parents=True, exist_ok=True)
    for key in keys_under(s3, uri):
        if key.endswith("/"):
            continue
        path = folder / _relative_path(key, prefix)
        path.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(bucket, key, str(path))
        count += 1
    return count


def _relative_path(key: str, prefix: str) -> PurePosixPath:
    name = PurePosixPath(key).name if key == prefix else key.removeprefix(prefix).lstrip("/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise JobFailure(f"ClientError: Data download failed: the key {key!r} leaves its folder")
    return path


def upload(s3: Any, folder: Path, uri: str) -> None:
    """Copy every file of the folder under the URI."""
    bucket, prefix = split_uri(uri)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            s3.upload_file(str(path), bucket, f"{prefix.rstrip('/')}/{name}")


def upload_archive(s3: Any, folder: Path, uri: str) -> None:
    """Put the folder's contents into S3 as one .tar.gz."""
    bucket, key = split_uri(uri)
    with tempfile.TemporaryFile() as file:
        # Weights hardly compress, and compressing them would take most of the time.
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=0) as archive:
            for path in sorted(folder.iterdir()):
                archive.add(path, arcname=path.name)
        file.seek(0)
        s3.upload_fileobj(file, bucket, key)


class CheckpointSync:
    """Copies a folder's files to S3 whenever they change."""

    def __init__(self, s3: Any, folder: Path, uri: str) -> None:
        self._s3 = s3
        self._folder = folder
        self._uri = uri
        self._seen: dict[str, tuple[float, int]] = {}

    def restore(self) -> None:
        """Download the checkpoints that an earlier attempt left in S3."""
        download(self._s3, self._uri, self._folder)
        self._seen = self._state()

    def push(self) -> None:
        """Upload new and changed files, and delete in S3 those deleted on disk."""
        bucket, prefix = split_uri(self._uri)
        state = self._state()
        for name in sorted(state):
            if self._seen.get(name) != state[name]:
                self._send(name, bucket, f"{prefix.rstrip('/')}/{name}")
        for name in self._seen.keys() - state.keys():
            self._s3.delete_object(Bucket=bucket, Key=f"{prefix.rstrip('/')}/{name}")
        self._seen = state

    def _send(self, name: str, bucket: str, key: str) -> None:
        try:
            self._s3.upload_file(str(self._folder / name), bucket, key)
        except FileNotFoundError:
            # The job has rotated its checkpoints; the next push deletes the file in S3.
            return

    def _state(self) -> dict[str, tuple[float, int]]:
        found = {}
        for path in self._folder.rglob("*"):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            if path.is_file():
                name = path.relative_to(self._folder).as_posix()
                found[name] = (status.st_mtime, status.st_size)
        return found
