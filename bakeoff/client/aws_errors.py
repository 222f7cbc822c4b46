"""The SDK's errors as sentences with a remedy."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from botocore import exceptions as aws

from bakeoff.errors import NoAwsError, ServiceError

# The remedy without AWS, an option of every command that would use it.
LOCALLY = "add --local to work on this machine (in Python, local=True)"


@contextmanager
def translated() -> Iterator[None]:
    """Turns the SDK's errors into one clear sentence each."""
    try:
        yield
    except (aws.NoCredentialsError, aws.PartialCredentialsError) as error:
        raise NoAwsError(
            f"No AWS credentials found: run `aws configure` (or set AWS_PROFILE), or {LOCALLY}."
        ) from error
    except (aws.NoRegionError, aws.InvalidRegionError) as error:
        raise NoAwsError(f"No AWS region is set: set AWS_REGION, or {LOCALLY}.") from error
    except aws.EndpointConnectionError as error:
        raise ServiceError(f"AWS cannot be reached: {error}") from error
    except aws.ClientError as error:
        raise ServiceError(_refusal(error)) from error
    except (aws.BotoCoreError, boto3.exceptions.S3UploadFailedError) as error:
        raise ServiceError(f"AWS could not be used: {error}") from error


def _refusal(error: aws.ClientError) -> str:
    code = error_code(error)
    if code in ("ExpiredToken", "ExpiredTokenException", "RequestExpired"):
        return "The AWS credentials have expired: sign in again."
    if code in ("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"):
        return (
            "AWS does not accept these credentials: check them with `aws sts get-caller-identity`."
        )
    message = error.response.get("Error", {}).get("Message", str(error))
    return f"AWS refused {error.operation_name} ({code}): {message}"


def error_code(error: aws.ClientError) -> str:
    """The name that AWS gives the error."""
    return str(error.response.get("Error", {}).get("Code", ""))
