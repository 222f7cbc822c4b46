"""The SDK's errors as our own."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions

from bakeoff.errors import AlreadyExistsError, ObjectNotFoundError, ServiceError, StorageError

# The codes that S3 gives; a HEAD request has only the status.
_MISSING = ("NoSuchKey", "NoSuchVersion", "404")
TAKEN = ("PreconditionFailed", "412")
UNDECIDED = ("ConditionalRequestConflict", "409")


@contextmanager
def storage_errors(bucket: str, key: str) -> Iterator[None]:
    """What fails in this block is about the object, or the prefix, `key` of the bucket."""
    place = f"s3://{bucket}/{key}"
    try:
        yield
    except exceptions.ClientError as error:
        code = error_code(error)
        if code in _MISSING:
            raise ObjectNotFoundError(f"there is no {place}") from error
        if code in TAKEN:
            raise AlreadyExistsError(f"{place} is there already") from error
        raise StorageError(f"S3 refused {error.operation_name} of {place}: {error}") from error
    except exceptions.BotoCoreError as error:
        raise StorageError(f"S3 could not be reached for {place}: {error}") from error
    except OSError as error:
        raise StorageError(f"{place} could not be read or written: {error}") from error


@contextmanager
def service_errors(what: str, service: str = "SageMaker") -> Iterator[None]:
    """What fails in this block is that the service refused `what`: ServiceError."""
    try:
        yield
    except (exceptions.ClientError, exceptions.BotoCoreError) as error:
        raise ServiceError(f"{service} refused {what}: {error}") from error


def error_code(error: BaseException | None) -> str:
    """The code that the service gave; empty for errors that are not a service's."""
    if not isinstance(error, exceptions.ClientError):
        return ""
    return str(error.response.get("Error", {}).get("Code", ""))


def says(error: ServiceError, *phrases: str) -> bool:
    """Whether the service's message has one of the phrases, which are in lower case."""
    # SageMaker has one code, ValidationException, for most of its refusals.
    return any(phrase in str(error).lower() for phrase in phrases)
