"""Clients with which jobs use the emulator's other services, through its endpoint."""

import threading
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config


@dataclass(frozen=True)
class Scope:
    """An account in a region."""

    account: str
    region: str

    def arn(self, resource: str) -> str:
        """A SageMaker ARN in this scope."""
        return f"arn:aws:sagemaker:{self.region}:{self.account}:{resource}"


@dataclass
class Clients:
    """boto3 clients of one endpoint, one per service and scope."""

    endpoint: str
    secret: str
    """The secret access key of every account."""
    _clients: dict[tuple[Scope, str], Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, scope: Scope, service: str) -> Any:
        """The client of a service; clients may be used by several threads."""
        with self._lock:
            if (scope, service) not in self._clients:
                self._clients[scope, service] = boto3.session.Session().client(
                    service,
                    endpoint_url=self.endpoint,
                    region_name=scope.region,
                    aws_access_key_id=scope.account,
                    aws_secret_access_key=self.secret,
                    config=Config(retries={"mode": "standard"}, max_pool_connections=20),
                )
            return self._clients[scope, service]
