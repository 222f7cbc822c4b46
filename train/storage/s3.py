"""The only module that calls S3 and Secrets Manager: for files, the content store and the hub's
token."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from s3transfer.exceptions import RetriesExceededError
from s3transfer.manager import TransferManager
from s3transfer.subscribers import BaseSubscriber

SCHEME = "s3://"
MAX_OBJECTS = 10_000
"""Under a prefix that is given as a data set or a model."""


class UnreadableError(Exception):
    """An object or a secret cannot be read; the message says why in one sentence."""


def is_s3_uri(text: str) -> bool:
    return text.startswith(SCHEME)


@dataclass(frozen=True)
class StoredObject:
    """An object as S3 lists it."""

    bucket: str
    key: str
    name: str
    """Its path below the prefix, or its own name if it was named itself."""
    etag: str
    num_bytes: int

    @property
    def uri(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}"

    @property
    def version(self) -> str:
        """A text that is another one for another content."""
        return f"{self.uri} {self.etag} {self.num_bytes}"


def listed(uri: str, client: Any | None = None) -> list[StoredObject]:
    """The object, or all objects under a prefix that ends in "/", in the order of keys.

    Raises UnreadableError if there are none or access is denied.
    """
    bucket, _, key = uri.removeprefix(SCHEME).partition("/")
    s3 = client or boto3.client("s3")
    try:
        if key and not key.endswith("/"):
            head = s3.head_object(Bucket=bucket, Key=key)
            name = key.rpartition("/")[2]
            return [StoredObject(bucket, key, name, head["ETag"], head["ContentLength"])]
        # A bucket of S3 Express lists its keys in no order.
        items = islice(_items(s3, bucket, key), MAX_OBJECTS + 1)
        found = sorted((item["Key"], item["ETag"], item["Size"]) for item in items)
    except (ClientError, BotoCoreError) as error:
        raise UnreadableError(_reason(uri, error)) from error
    if not found:
        raise UnreadableError(f"There is nothing at {uri}.")
    if len(found) > MAX_OBJECTS:
        raise UnreadableError(
            f"There are more than {MAX_OBJECTS:,} objects at {uri}, the most that are read: put "
            "fewer and larger ones there."
        )
    return [StoredObject(bucket, each, each[len(key) :], *facts) for each, *facts in found]


def download(
    objects: Sequence[StoredObject], folder: Path, client: Any | None = None
) -> list[Path]:
    """Download the objects, several at once, each under its name; returns their paths in order.

    Raises UnreadableError if one cannot be read.
    """
    paths = [_path_of(each, folder) for each in objects]
    for parent in {path.parent for path in paths}:
        parent.mkdir(parents=True, exist_ok=True)
    with TransferManager(client or boto3.client("s3")) as transfers:
        downloads = [
            transfers.download(each.bucket, each.key, str(path), subscribers=[_KnownObject(each)])
            for each, path in zip(objects, paths, strict=True)
        ]
        for each, transfer in zip(objects, downloads, strict=True):
            try:
                transfer.result()
            except (ClientError, BotoCoreError, RetriesExceededError) as error:
                raise UnreadableError(_reason(each.uri, error)) from error
    return paths


class _KnownObject(BaseSubscriber):
    """Tells a transfer what the listing has told, which it would ask for."""

    def __init__(self, stored: StoredObject) -> None:
        self._stored = stored

    def on_queued(self, future: Any, **kwargs: Any) -> None:
        future.meta.provide_transfer_size(self._stored.num_bytes)
        # Older releases do not ask for it.
        if hasattr(future.meta, "provide_object_etag"):
            future.meta.provide_object_etag(self._stored.etag)


class Objects:
    """The objects under a prefix of a bucket, s3://BUCKET/PREFIX; names are relative to it."""

    def __init__(self, uri: str, client: Any | None = None) -> None:
        self._bucket, _, prefix = uri.removeprefix(SCHEME).partition("/")
        self.prefix = prefix if not prefix or prefix.endswith("/") else f"{prefix}/"
        # Threads share it, which boto3 allows for clients.
        self._s3 = client or boto3.client("s3")

    def sizes(self, beginning: str) -> dict[str, int]:
        """The size in bytes of each object whose name begins with `beginning`.

        It lists the bucket, because only that distinguishes a missing object from a denied one.
        """
        items = _items(self._s3, self._bucket, self.prefix + beginning)
        return {item["Key"].removeprefix(self.prefix): item["Size"] for item in items}

    def read(self, name: str) -> bytes:
        body = self._s3.get_object(Bucket=self._bucket, Key=self.prefix + name)["Body"]
        return bytes(body.read())

    def write(self, name: str, content: bytes) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=self.prefix + name, Body=content)

    def upload(self, path: Path, name: str) -> None:
        self._s3.upload_file(str(path), self._bucket, self.prefix + name)

    def download(self, name: str, path: Path) -> None:
        self._s3.download_file(self._bucket, self.prefix + name, str(path))


def read_secret(arn: str, client: Any | None = None) -> str:
    """The secret's text. Never print it or put it into the environment.

    Raises UnreadableError if it cannot be read.
    """
    try:
        secrets = client or boto3.client("secretsmanager")
        secret = secrets.get_secret_value(SecretId=arn)
    except (ClientError, BotoCoreError) as error:
        raise UnreadableError(f"The hub token's secret cannot be read: {error}") from error
    text = str(secret.get("SecretString", "")).strip()
    if not text:
        raise UnreadableError("The hub token's secret holds no text: store the token itself in it.")
    return text


def _items(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            # Consoles create empty objects that represent folders.
            if not item["Key"].endswith("/"):
                yield item


def _path_of(stored: StoredObject, folder: Path) -> Path:
    path = (folder / stored.name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise UnreadableError(f"The key {stored.key!r} leads out of its folder.")
    return path


def _reason(uri: str, error: Exception) -> str:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    if code in ("403", "AccessDenied", "AllAccessDisabled"):
        return f"{uri} may not be read by the jobs' role (or does not exist)."
    if code in ("404", "NoSuchKey", "NoSuchBucket"):
        return f"{uri} does not exist."
    return f"{uri} cannot be read: {error}"
