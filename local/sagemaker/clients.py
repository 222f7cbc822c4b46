"""Clients with which jobs use the emulator's other services, through its endpoint."""

import threading
from collections.abc import Mapping
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


@dataclass(frozen=True)
class Credentials:
    """Those of the account, or of a service that has assumed a role."""

    access_key: str
    secret: str
    token: str | None
    """None for the account."""

    @classmethod
    def of_account(cls, environ: Mapping[str, str]) -> "Credentials":
        """Those with which the cloud was started; they may do everything."""
        return cls(environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"], None)

    @property
    def variables(self) -> dict[str, str]:
        """As an AWS client reads them from its environment."""
        token = {} if self.token is None else {"AWS_SESSION_TOKEN": self.token}
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
        } | token


@dataclass
class Clients:
    """boto3 clients of one endpoint, one per service, scope and caller."""

    endpoint: str
    _clients: dict[tuple[Scope, str, Credentials], Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, scope: Scope, service: str, caller: Credentials) -> Any:
        """The caller's client of a service; clients may be used by several threads."""
        key = scope, service, caller
        with self._lock:
            if key not in self._clients:
                self._clients[key] = boto3.session.Session().client(
                    service,
                    endpoint_url=self.endpoint,
                    region_name=scope.region,
                    aws_access_key_id=caller.access_key,
                    aws_secret_access_key=caller.secret,
                    aws_session_token=caller.token,
                    config=Config(retries={"mode": "standard"}, max_pool_connections=20),
                )
            return self._clients[key]
