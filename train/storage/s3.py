"""The only module that calls AWS: for files, the content store and the hub's token."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

SCHEME = "s3://"
MAX_OBJECTS = 10_000
"""Under a prefix that is given as a data set or a model."""


class UnreadableError(Exception):
    """An object or a secret cannot be read; the message says why in one sentence."""


def is_s3_uri(text: str) -> bool:
    return text.startswith(SCHEME)


def download(uri: str, folder: Path, client: Any | None = None) -> list[Path]:
    """Download the object, or all objects under a prefix that ends in "/", in the order of keys.

    Raises UnreadableError if there are none or access is denied.
    """
    bucket, _, key = uri.removeprefix(SCHEME).partition("/")
    s3 = client or boto3.client("s3")
    try:
        keys = _found(s3, bucket, key)
        paths = [_fetch(s3, bucket, found, key, folder) for found in keys]
    except (ClientError, BotoCoreError) as error:
        raise UnreadableError(_reason(uri, error)) from error
    if not paths:
        raise UnreadableError(f"There is nothing at {uri}.")
    return paths


def versions(uri: str, client: Any | None = None) -> list[str]:
    """URI, ETag and size in bytes of each object that `download` would fetch, as one text each.

    Raises UnreadableError if there are none or access is denied.
    """
    bucket, _, key = uri.removeprefix(SCHEME).partition("/")
    s3 = client or boto3.client("s3")
    try:
        heads = [(k, s3.head_object(Bucket=bucket, Key=k)) for k in _found(s3, bucket, key)]
    except (ClientError, BotoCoreError) as error:
        raise UnreadableError(_reason(uri, error)) from error
    if not heads:
        raise UnreadableError(f"There is nothing at {uri}.")
    return [f"{SCHEME}{bucket}/{k} {h['ETag']} {h['ContentLength']}" for k, h in heads]


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


def _found(s3: Any, bucket: str, key: str) -> list[str]:
    keys = sorted(islice(_keys(s3, bucket, key), MAX_OBJECTS + 1))
    if len(keys) > MAX_OBJECTS:
        raise UnreadableError(
            f"There are more than {MAX_OBJECTS:,} objects at {SCHEME}{bucket}/{key}, the most that "
            "are read: put fewer and larger ones there."
        )
    return keys


def _keys(s3: Any, bucket: str, key: str) -> Iterator[str]:
    if key and not key.endswith("/"):
        yield key
        return
    for item in _items(s3, bucket, key):
        yield item["Key"]


def _items(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            # Consoles create empty objects that represent folders.
            if not item["Key"].endswith("/"):
                yield item


def _fetch(s3: Any, bucket: str, key: str, prefix: str, folder: Path) -> Path:
    name = key[len(prefix) :] if prefix.endswith("/") or not prefix else key.rpartition("/")[2]
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise UnreadableError(f"The key {key!r} leads out of its folder.")
    path.parent.mkdir(parents=True, exist_ok=True)
    s3.download_file(bucket, key, str(path))
    return path


def _reason(uri: str, error: Exception) -> str:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    if code in ("403", "AccessDenied", "AllAccessDisabled"):
        return f"{uri} may not be read by the jobs' role (or does not exist)."
    if code in ("404", "NoSuchKey", "NoSuchBucket"):
        return f"{uri} does not exist."
    return f"{uri} cannot be read: {error}"
