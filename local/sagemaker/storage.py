"""Objects in S3 and files in the folders of jobs, without copies as far as possible.

S3 and the folders are on the same disk. An input is a hard link to the object's file; an output
moves into the store of contents, and S3 gets a reference to it. Both go through S3's API, which
knows versions, events and rights.
"""

import contextlib
import filecmp
import gzip
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from local.objects.content import ContentStore, StoredContent, link_or_copy
from local.objects.references import FILE_HEADER, REFERENCE_TYPE
from local.sagemaker.errors import JobFailure


@dataclass(frozen=True)
class Objects:
    """S3 as a job's role sees it, and the store in which it keeps contents."""

    s3: Any
    contents: ContentStore
    unlimited_s3: Any
    """S3 as the local cloud itself sees it, to free the disk."""

    def put(self, content: StoredContent, bucket: str, key: str) -> None:
        """Make an object of a content in the store."""
        self.s3.put_object(
            Bucket=bucket, Key=key, Body=content.sha256.encode(), ContentType=REFERENCE_TYPE
        )

    def put_copy(self, path: Path, bucket: str, key: str) -> StoredContent:
        """Make an object of a file that may change later."""
        content = self.contents.copy(path)
        self.put(content, bucket, key)
        return content

    def put_for_good(self, path: Path, bucket: str, key: str) -> None:
        """Make an object of a file, which leaves its folder."""
        self.put(self.contents.take(path), bucket, key)


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


def download(
    s3: Any, uri: str, folder: Path, place: Callable[[Path, Path], object] = link_or_copy
) -> int:
    """Lay every object under the URI into the folder; returns their number.

    By default, the files are the objects' own, and read-only.
    """
    bucket, prefix = split_uri(uri)
    count = 0
    folder.mkdir(parents=True, exist_ok=True)
    for key in keys_under(s3, uri):
        if key.endswith("/"):
            continue
        path = folder / _relative_path(key, prefix)
        path.parent.mkdir(parents=True, exist_ok=True)
        _fetch(s3, bucket, key, path, place)
        count += 1
    return count


def _fetch(
    s3: Any, bucket: str, key: str, path: Path, place: Callable[[Path, Path], object]
) -> None:
    answer = s3.head_object(Bucket=bucket, Key=key)
    file = answer["ResponseMetadata"]["HTTPHeaders"].get(FILE_HEADER)
    if file is not None:
        # The object may be overwritten or deleted meanwhile, and its file with it.
        with contextlib.suppress(FileNotFoundError):
            place(Path(file), path)
            return
    s3.download_file(bucket, key, str(path))


def _relative_path(key: str, prefix: str) -> PurePosixPath:
    name = PurePosixPath(key).name if key == prefix else key.removeprefix(prefix).lstrip("/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise JobFailure(f"ClientError: Data download failed: the key {key!r} leaves its folder")
    return path


def upload(objects: Objects, folder: Path, uri: str, *, is_kept: bool = False) -> None:
    """Put every file of the folder under the URI; they leave the folder unless it `is_kept`."""
    bucket, prefix = split_uri(uri)
    put = objects.put_copy if is_kept else objects.put_for_good
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            put(path, bucket, f"{prefix.rstrip('/')}/{name}")


def upload_archive(
    objects: Objects, folder: Path, uri: str, *, is_kept: bool = False
) -> StoredContent:
    """Put the folder's contents into S3 as one .tar.gz; they leave it unless it `is_kept`."""
    bucket, key = split_uri(uri)
    with objects.contents.writer() as writer:
        # Weights hardly compress, and compressing them would take most of the time.
        with (
            gzip.GzipFile("", "wb", compresslevel=0, fileobj=writer, mtime=0) as zipped,
            tarfile.open(fileobj=zipped, mode="w|") as archive,
        ):
            for path in sorted(folder.rglob("*")):
                archive.add(path, path.relative_to(folder).as_posix(), recursive=False)
                if path.is_file() and not is_kept:
                    path.unlink()
        content = writer.stored()
    objects.put(content, bucket, key)
    return content


class CheckpointSync:
    """Copies a folder's files to S3 whenever they change, and links them in another folder."""

    def __init__(
        self, objects: Objects, folder: Path, uri: str, mirror: Path | None = None
    ) -> None:
        self._objects = objects
        self._folder = folder
        self._uri = uri
        self._mirror = mirror
        self._seen: dict[str, tuple[float, int]] = {}

    def restore(self) -> None:
        """Copy the checkpoints that an earlier attempt or job left in S3, and over them those that
        this job left in an earlier cloud; the job may change them."""
        if download(self._objects.s3, self._uri, self._folder, shutil.copyfile):
            self._seen = self._state()
        if self._mirror is not None:
            # The earlier job's place may be gone when a job goes on from this one's.
            download(self._objects.s3, self._uri, self._mirror, _link_if_missing)
            shutil.copytree(
                self._mirror, self._folder, copy_function=_copy_if_other, dirs_exist_ok=True
            )

    def push(self) -> None:
        """Store new and changed files, and remove from S3 those deleted on disk."""
        bucket, prefix = split_uri(self._uri)
        state = self._state()
        for name in sorted(state):
            if self._seen.get(name) != state[name]:
                self._send(name, bucket, f"{prefix.rstrip('/')}/{name}")
        for name in self._seen.keys() - state.keys():
            self._delete(bucket, f"{prefix.rstrip('/')}/{name}")
            if self._mirror is not None:
                (self._mirror / name).unlink(missing_ok=True)
        self._seen = state

    def _send(self, name: str, bucket: str, key: str) -> None:
        try:
            content = self._objects.put_copy(self._folder / name, bucket, key)
        except FileNotFoundError:
            # The job has rotated its checkpoints; the next push deletes the file in S3.
            return
        if self._mirror is not None:
            target = self._mirror / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            link_or_copy(content.path, target)

    def _delete(self, bucket: str, key: str) -> None:
        """As SageMaker does; and free the disk, as a bucket with versions keeps the content."""
        self._objects.s3.delete_object(Bucket=bucket, Key=key)
        _delete_every_version(self._objects.unlimited_s3, bucket, key)

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


def put_folder(objects: Objects, folder: Path, uri: str) -> None:
    """Store copies of a folder's files."""
    bucket, prefix = split_uri(uri)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        objects.put_copy(path, bucket, f"{prefix.rstrip('/')}/{name}")


def _link_if_missing(source: Path, target: Path) -> None:
    if not target.exists():
        link_or_copy(source, target)


def _copy_if_other(source: str, target: str) -> None:
    if not Path(target).exists() or not filecmp.cmp(source, target, shallow=False):
        shutil.copyfile(source, target)


def _delete_every_version(s3: Any, bucket: str, key: str) -> None:
    listed = s3.list_object_versions(Bucket=bucket, Prefix=key)
    versions = [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]
    for each in versions:
        if each["Key"] == key:
            s3.delete_object(Bucket=bucket, Key=key, VersionId=each["VersionId"])
