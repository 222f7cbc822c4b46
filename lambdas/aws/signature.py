"""Signed requests, for services that the SDK has no client for."""

import hashlib
from collections.abc import Callable, Mapping

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

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
