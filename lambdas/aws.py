"""The one adapter between the handlers and AWS; the SDK's errors leave it as our own."""

import gzip
import hashlib
import json
import logging
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO, Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore import exceptions
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from bakeoff.cost import price_list, token_prices
from bakeoff.errors import (
    AlreadyExistsError,
    BrokenArchiveError,
    ObjectNotFoundError,
    ServiceError,
    StorageError,
)

CONNECTIONS = 16
"""To S3 at once."""

# Lambdas live for minutes: ride out throttling rather than fail a state for it.
_CONFIG = Config(retries={"mode": "adaptive", "max_attempts": 8}, max_pool_connections=CONNECTIONS)

# Prices are looked up before a run starts, which must not be delayed for long.
_PRICE_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})

# S3 copies up to 5 GB in one call, and more in parts, many at once.
_COPIES = TransferConfig(
    multipart_threshold=5_000_000_000,
    multipart_chunksize=500_000_000,
    max_concurrency=CONNECTIONS,
)

_MISSING = ("NoSuchKey", "NoSuchVersion", "404")
_TAKEN = ("PreconditionFailed", "412")
_UNDECIDED = ("ConditionalRequestConflict", "409")
_CONDITIONAL_ATTEMPTS = 5

# No OSError but BadGzipFile: a full disk or a lost connection says nothing about the archive.
_BROKEN_ARCHIVE = (gzip.BadGzipFile, EOFError, zlib.error, tarfile.TarError)

log = logging.getLogger("bakeoff")
log.setLevel(logging.INFO)


class Store:
    """The objects of one bucket. Contents are bytes; keys are those of `bakeoff.layout`."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self.bucket = bucket

    @classmethod
    def connect(cls, bucket: str) -> "Store":
        return cls(boto3.client("s3", config=_CONFIG), bucket)

    def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> bytes:
        """The object's content; at most `max_bytes` are fetched.

        Raises ObjectNotFoundError if there is none.
        """
        version = {} if version_id is None else {"VersionId": version_id}
        with _storage_errors(self.bucket, key):
            answer = self._s3.get_object(Bucket=self.bucket, Key=key, **version)
            return bytes(answer["Body"].read(max_bytes))

    def find(self, key: str) -> bytes | None:
        """The object's content; None if there is none."""
        try:
            return self.get(key)
        except ObjectNotFoundError:
            return None

    def put(self, key: str, content: bytes, content_type: str = "application/json") -> None:
        with _storage_errors(self.bucket, key):
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
                with _storage_errors(self.bucket, key):
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
                if last or _code(error.__cause__) not in _UNDECIDED:
                    raise

    def state(self, key: str) -> str | None:
        """What `put_if_unchanged` needs of the object, before it is changed; None without one."""
        try:
            with _storage_errors(self.bucket, key):
                return str(self._s3.head_object(Bucket=self.bucket, Key=key)["ETag"])
        except ObjectNotFoundError:
            return None

    def put_if_unchanged(
        self, key: str, content: bytes, state: str | None, content_type: str
    ) -> bool:
        """Whether the object was put: it was not if it is no longer in this state."""
        condition = {"IfNoneMatch": "*"} if state is None else {"IfMatch": state}
        try:
            with _storage_errors(self.bucket, key):
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
            if _code(error.__cause__) not in (*_TAKEN, *_UNDECIDED):
                raise
            return False
        return True

    def exists(self, key: str) -> bool:
        try:
            with _storage_errors(self.bucket, key):
                self._s3.head_object(Bucket=self.bucket, Key=key)
        except ObjectNotFoundError:
            return False
        return True

    def keys(self, prefix: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2")
        with _storage_errors(self.bucket, prefix):
            return [
                found["Key"]
                for page in pages.paginate(Bucket=self.bucket, Prefix=prefix)
                for found in page.get("Contents", [])
            ]

    def folders(self, prefix: str) -> list[str]:
        """The names between `prefix` and the next slash of the keys that have one."""
        pages = self._s3.get_paginator("list_objects_v2")
        with _storage_errors(self.bucket, prefix):
            return [
                found["Prefix"].removeprefix(prefix).removesuffix("/")
                for page in pages.paginate(Bucket=self.bucket, Prefix=prefix, Delimiter="/")
                for found in page.get("CommonPrefixes", [])
            ]

    def newest_keys(self, prefix: str, limit: int) -> list[str]:
        """The keys of the `limit` objects under `prefix` that were written last, newest first."""
        pages = self._s3.get_paginator("list_objects_v2")
        with _storage_errors(self.bucket, prefix):
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
        with _storage_errors(self.bucket, source):
            self._s3.copy(
                {"Bucket": self.bucket, "Key": source}, self.bucket, target, Config=_COPIES
            )

    def delete(self, key: str) -> None:
        """Deletes the object; it is no error if there is none."""
        with _storage_errors(self.bucket, key):
            self._s3.delete_object(Bucket=self.bucket, Key=key)

    def members(self, key: str, max_bytes: Mapping[str, int]) -> dict[str, bytes]:
        """Files of the .tar.gz archive at `key`, by name, read without keeping the rest.

        Args:
            max_bytes: the largest size of each wanted file; a larger file is left out, as if it
                were missing.

        Raises ObjectNotFoundError if there is no such object, BrokenArchiveError if it is not a
        complete archive, StorageError if it cannot be read.
        """
        with _storage_errors(self.bucket, key):
            body = self._s3.get_object(Bucket=self.bucket, Key=key)["Body"]
            return archive_members(body, f"s3://{self.bucket}/{key}", max_bytes)


def archive_members(file: IO[bytes], uri: str, max_bytes: Mapping[str, int]) -> dict[str, bytes]:
    """The wanted files of the open .tar.gz archive at `uri`; see `Store.members`."""
    try:
        return _members(file, max_bytes)
    except _BROKEN_ARCHIVE as error:
        raise BrokenArchiveError(f"{uri} is not a complete .tar.gz archive: {error}") from error


def _members(file: IO[bytes], max_bytes: Mapping[str, int]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    # Not tarfile's own "r|gz": it hides which errors are the archive's and which the stream's.
    with (
        gzip.GzipFile(fileobj=file) as content,
        tarfile.open(fileobj=content, mode="r|") as archive,
    ):
        for member in archive:
            name = member.name.removeprefix("./")
            if name in max_bytes and member.isfile() and member.size <= max_bytes[name]:
                extracted = archive.extractfile(member)
                found[name] = b"" if extracted is None else extracted.read()
            if len(found) == len(max_bytes):
                break
    return found


class SageMaker:
    """Training jobs, and the Experiments in which people look at them."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @classmethod
    def connect(cls) -> "SageMaker":
        return cls(boto3.client("sagemaker", config=_CONFIG))

    def training_job(self, name: str) -> dict[str, Any] | None:
        """SageMaker's description of the job; None if there is no such job."""
        try:
            with _service_errors("DescribeTrainingJob"):
                return dict(self._client.describe_training_job(TrainingJobName=name))
        except ServiceError as error:
            if _says(error, "not found", "does not exist", "could not find"):
                return None
            raise

    def create_experiment(self, name: str) -> None:
        """Creates the experiment unless it is there."""
        self._create(
            lambda: self._client.create_experiment(
                ExperimentName=name, Description="A comparison of NLP models, made by Bakeoff."
            )
        )

    def create_trial(self, name: str, experiment: str, display_name: str) -> None:
        """Creates a trial of `experiment` unless it is there."""
        self._create(
            lambda: self._client.create_trial(
                TrialName=name, ExperimentName=experiment, DisplayName=display_name
            )
        )

    def _create(self, call: Callable[[], Any]) -> None:
        try:
            with _service_errors("Experiments"):
                call()
        except ServiceError as error:
            if not _says(error, "already exist", "must be unique"):
                raise


class ModelRegistry:
    """SageMaker's Model Registry."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @classmethod
    def connect(cls) -> "ModelRegistry":
        return cls(boto3.client("sagemaker", config=_CONFIG))

    def find(self, group: str, description: str) -> str | None:
        """The ARN of the group's newest package with that description; None if there is none."""
        try:
            with _service_errors("ListModelPackages"):
                listed = self._client.list_model_packages(
                    ModelPackageGroupName=group,
                    SortBy="CreationTime",
                    SortOrder="Descending",
                    MaxResults=100,
                )
        except ServiceError as error:
            if _says(error, "not found", "does not exist", "could not find"):
                return None
            raise
        for package in listed["ModelPackageSummaryList"]:
            if package.get("ModelPackageDescription") == description:
                return str(package["ModelPackageArn"])
        return None

    def create_group(self, request: Mapping[str, Any]) -> None:
        """Unless it is there."""
        try:
            with _service_errors("CreateModelPackageGroup"):
                self._client.create_model_package_group(**request)
        except ServiceError as error:
            if not _says(error, "already exist"):
                raise

    def create(self, request: Mapping[str, Any]) -> str:
        """The ARN of the new package."""
        with _service_errors("CreateModelPackage"):
            return str(self._client.create_model_package(**request)["ModelPackageArn"])


class EventBus:
    """The account's default event bus."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @classmethod
    def connect(cls) -> "EventBus":
        return cls(boto3.client("events", config=_CONFIG))

    def announce_failure(self, detail: Mapping[str, Any]) -> None:
        """Sends the event that the state machine sends where it still can.

        People may wait for it, but the failure is recorded: a refusal is only logged.
        """
        entry = {
            "Source": "bakeoff",
            "DetailType": "Comparison Failed",
            "Detail": json.dumps(detail),
        }
        try:
            with _service_errors("PutEvents", "EventBridge"):
                self._client.put_events(Entries=[entry])
        except ServiceError as error:
            log.warning("the failure is recorded, but not announced: %s", error)


class PriceList:
    """What AWS asks for the instances of one region."""

    def __init__(self, client: Any, region: str) -> None:
        self._client = client
        self._region = region

    @classmethod
    def connect(cls, region: str) -> "PriceList":
        client = boto3.client("pricing", region_name=price_list.REGION, config=_PRICE_CONFIG)
        return cls(client, region)

    def products(self, instance_type: str) -> list[str]:
        """SageMaker's products with that instance type, each as JSON.

        Raises ServiceError if the list cannot be read.
        """
        filters = price_list.product_filters(self._region, instance_type)
        return self._listed(price_list.SERVICE_CODE, filters)

    def token_products(self) -> list[str]:
        """Bedrock's, each as JSON. Raises ServiceError if the list cannot be read."""
        return self._listed(token_prices.SERVICE_CODE, token_prices.product_filters(self._region))

    def _listed(self, service_code: str, filters: list[dict[str, str]]) -> list[str]:
        pages = self._client.get_paginator("get_products")
        with _service_errors("GetProducts", "The price list"):
            return [
                product
                for page in pages.paginate(ServiceCode=service_code, Filters=filters)
                for product in page["PriceList"]
            ]


def read_secret(arn: str) -> str:
    """The text of a secret in Secrets Manager. Never log it. Raises ServiceError."""
    client = boto3.client("secretsmanager", config=_CONFIG)
    with _service_errors("GetSecretValue of the hub token", "Secrets Manager"):
        text = str(client.get_secret_value(SecretId=arn).get("SecretString", "")).strip()
    if not text:
        raise ServiceError("the hub token's secret holds no text: store the token itself in it")
    return text


Sign = Callable[[str, str, bytes | None], dict[str, str]]
"""The headers of an HTTP request, from its method, URL and body."""


def signature(service: str, region: str, headers: Mapping[str, str]) -> Sign:
    """Signs requests to a service that the SDK has no client for; `headers` go with each."""
    credentials = boto3.Session().get_credentials()

    def sign(method: str, url: str, body: bytes | None) -> dict[str, str]:
        hashed = {"X-Amz-Content-SHA256": hashlib.sha256(body or b"").hexdigest()}
        request = AWSRequest(method, url, headers={**headers, **hashed}, data=body)
        SigV4Auth(credentials, service, region).add_auth(request)
        return dict(request.headers.items())

    return sign


@contextmanager
def _storage_errors(bucket: str, key: str) -> Iterator[None]:
    place = f"s3://{bucket}/{key}"
    try:
        yield
    except exceptions.ClientError as error:
        code = _code(error)
        if code in _MISSING:
            raise ObjectNotFoundError(f"there is no {place}") from error
        if code in _TAKEN:
            raise AlreadyExistsError(f"{place} is there already") from error
        raise StorageError(f"S3 refused {error.operation_name} of {place}: {error}") from error
    except exceptions.BotoCoreError as error:
        raise StorageError(f"S3 could not be reached for {place}: {error}") from error
    except OSError as error:
        raise StorageError(f"{place} could not be read or written: {error}") from error


@contextmanager
def _service_errors(what: str, service: str = "SageMaker") -> Iterator[None]:
    try:
        yield
    except (exceptions.ClientError, exceptions.BotoCoreError) as error:
        raise ServiceError(f"{service} refused {what}: {error}") from error


def _code(error: BaseException | None) -> str:
    if not isinstance(error, exceptions.ClientError):
        return ""
    return str(error.response.get("Error", {}).get("Code", ""))


def _says(error: ServiceError, *phrases: str) -> bool:
    # SageMaker has one code, ValidationException, for most of its refusals.
    return any(phrase in str(error).lower() for phrase in phrases)
