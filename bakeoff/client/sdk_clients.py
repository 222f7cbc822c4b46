"""The SDK's clients, of the caller's own AWS or of a cloud on this machine."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

_RETRIES = {"mode": "adaptive", "max_attempts": 8}
# A cloud on this machine that does not answer has ended, and that should be noticed soon.
_RETRIES_NEARBY = {"mode": "standard", "max_attempts": 1}


def s3_client() -> Any:
    """S3 with the caller's credentials and region, where no deployment is needed."""
    return client_maker(None)("s3")


def client_maker(variables: Mapping[str, str] | None) -> Callable[..., Any]:
    """Makes clients of the caller's AWS, or of the cloud of `variables`, by the service's name."""
    usual = Config(retries=_RETRIES if variables is None else _RETRIES_NEARBY)
    session = _session_of_caller() if variables is None else _session_without_files(variables)
    endpoint = None if variables is None else variables.get("AWS_ENDPOINT_URL")

    def make_client(
        service: str, region_name: str | None = None, config: Config | None = None
    ) -> Any:
        merged = usual if config is None else usual.merge(config)
        return session.client(
            service, region_name=region_name, endpoint_url=endpoint, config=merged
        )

    return make_client


def _session_of_caller() -> boto3.Session:
    """With the region of AWS_REGION first, as every other program of AWS's takes it: boto3 itself
    looks only at AWS_DEFAULT_REGION and at the profile."""
    return boto3.Session(region_name=os.environ.get("AWS_REGION") or None)


def _session_without_files(variables: Mapping[str, str]) -> boto3.Session:
    """Neither a profile nor ~/.aws/ has a say, so no command meant for `variables` reaches AWS."""
    own = botocore.session.Session(
        {
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    return boto3.Session(
        aws_access_key_id=variables.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=variables.get("AWS_SECRET_ACCESS_KEY"),
        aws_session_token=variables.get("AWS_SESSION_TOKEN"),
        region_name=variables.get("AWS_REGION"),
        botocore_session=own,
    )
