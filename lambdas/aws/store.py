"""The objects of a bucket in S3."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig

from bakeoff.errors import ObjectNotFoundError, StorageError
from lambdas.aws.archive import archive_members
from lambdas.aws.connections import CONFIG, CONNECTIONS
from lambdas.aws.sdk_errors import TAKEN, UNDECIDED, error_code, storage_errors

# S3 copies up to 5 GB in one call, and more in parts, many at once.
_COPIES = TransferConfig(
    multipart_threshold=5_000_000_000,
    multipart_chunksize=500_000_000,
    max_concurrency=CONNECTIONS,
)
_CONDITIONAL_ATTEMPTS = 5


class Store:
    """The objects of one bucket. Contents are bytes; keys are those of `bakeoff.layout`."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self.bucket = bucket

    @classmethod
    def connect(cls, bucket: str) -> "Store":
        return cls(boto3.client("s3", config=CONFIG), bucket)

    def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> bytes:
        """The object's content; at most `max_bytes` are fetched.

        Raises ObjectNotFoundError if there is none.
        """
        version = {} if version_id is None else {"VersionId": version_id}
        with storage_errors(self.bucket, key):
            answer = self._s3.get_object(Bucket=self.bucket, Key=key, **version)
            return bytes(answer["Body"].read(max_bytes))

    def find(self, key: str) -> bytes | None:
        """The object's content; None if there is none."""
        try:
            return self.get(key)
        except ObjectNotFoundError:
            return None

    def put(self, key: str, content: bytes, content_type: str = "application/json") -> None:
        with storage_errors(self.bucket, key):
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=content, ContentType=content_type)

    def put_all(self, contents: Mapping[str, bytes]) -> None:
        """Puts JSON documents by key, in no order; the first failure is raised."""
        # Thousands of small objects: waiting for them one after another would take minutes.
        with ThreadPoolExecutor(CONNECTIONS) as writers:
            for written in [writers.submit(self.put, *each) for each in contents.items()]:
                written.result()

    def get_all(self, keys: Iterable[str]) -> list[bytes]:
        """The contents, in the order of the keys. Raises ObjectNotFoundError if one is missing."""
        with ThreadPoolExecutor(CONNECTIONS) as readers:
            return list(readers.map(self.get, keys))

    def find_all(self, keys: Iterable[str]) -> list[bytes | None]:
        """The contents, in the order of the keys; None where there is no object."""
        with ThreadPoolExecutor(CONNECTIONS) as readers:
            return list(readers.map(self.find, keys))

    def put_if_absent(self, key: str, content: bytes) -> None:
        """Raises AlreadyExistsError if the object is there; of several callers one succeeds."""
        for attempt in range(_CONDITIONAL_ATTEMPTS):
            try:
                with storage_errors(self.bucket, key):
                    self._s3.put_object(
                        Bucket=self.bucket,
                        Key=key,
                        Body=content,
                        ContentType="application/json",
                        IfNoneMatch="*",
                    )
                return
            except StorageError as error:
                # S3 answers 409 while another conditional put of the key is under way.
                last = attempt == _CONDITIONAL_ATTEMPTS - 1
                if last or error_code(error.__cause__) not in UNDECIDED:
                    raise

    def state(self, key: str) -> str | None:
        """What `put_if_unchanged` needs of the object, before it is changed; None without one."""
        try:
            with storage_errors(self.bucket, key):
                return str(self._s3.head_object(Bucket=self.bucket, Key=key)["ETag"])
        except ObjectNotFoundError:
            return None

    def put_if_unchanged(
        self, key: str, content: bytes, state: str | None, content_type: str
    ) -> bool:
        """Whether the object was put: it was not if it is no longer in this state."""
        condition = {"IfNoneMatch": "*"} if state is None else {"IfMatch": state}
        try:
            with storage_errors(self.bucket, key):
                self._s3.put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=content,
                    ContentType=content_type,
                    **condition,
                )
        except ObjectNotFoundError:
            # It was deleted meanwhile.
            return False
        except StorageError as error:
            if error_code(error.__cause__) not in (*TAKEN, *UNDECIDED):
                raise
            return False
        return True

    def exists(self, key: str) -> bool:
        try:
            with storage_errors(self.bucket, key):
                self._s3.head_object(Bucket=self.bucket, Key=key)
        except ObjectNotFoundError:
            return False
        return True

    def keys(self, prefix: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2")
        with storage_errors(self.bucket, prefix):
            return [
                found["Key"]
                for page in pages.paginate(Bucket=self.bucket, Prefix=prefix)
                for found in page.get("Contents", [])
            ]

    def folders(self, prefix: str) -> list[str]:
        """The names between `prefix` and the next slash of the keys that have one."""
        pages = self._s3.get_paginator("list_objects_v2")
        with storage_errors(self.bucket, prefix):
            return [
                found["Prefix"].removeprefix(prefix).removesuffix("/")
                for page in pages.paginate(Bucket=self.bucket, Prefix=prefix, Delimiter="/")
                for found in page.get("CommonPrefixes", [])
            ]

    def newest_keys(self, prefix: str, limit: int) -> list[str]:
        """The keys of the `limit` objects under `prefix` that were written last, newest first."""
        pages = self._s3.get_paginator("list_objects_v2")
        with storage_errors(self.bucket, prefix):
            found = [
                (each["LastModified"], each["Key"])
                for page in pages.paginate(Bucket=self.bucket, Prefix=prefix)
                for each in page.get("Contents", [])
            ]
        return [key for _, key in sorted(found, reverse=True)[:limit]]

    def copy(self, source: str, target: str) -> None:
        """Copies an object of any size within S3: its content does not come here.

        Raises ObjectNotFoundError if there is no object at the key `source`.
        """
        with storage_errors(self.bucket, source):
            self._s3.copy(
                {"Bucket": self.bucket, "Key": source}, self.bucket, target, Config=_COPIES
            )

    def delete(self, key: str) -> None:
        """Deletes the object; it is no error if there is none."""
        with storage_errors(self.bucket, key):
            self._s3.delete_object(Bucket=self.bucket, Key=key)

    def members(self, key: str, max_bytes: Mapping[str, int]) -> dict[str, bytes]:
        """Files of the .tar.gz archive at `key`, by name, read without keeping the rest.

        Args:
            max_bytes: the largest size of each wanted file; a larger file is left out, as if it
                were missing.

        Raises ObjectNotFoundError if there is no such object, BrokenArchiveError if it is not a
        complete archive, StorageError if it cannot be read.
        """
        with storage_errors(self.bucket, key):
            body = self._s3.get_object(Bucket=self.bucket, Key=key)["Body"]
            return archive_members(body, f"s3://{self.bucket}/{key}", max_bytes)
