"""One endpoint: fetches its model, starts the process that answers, and ends it."""

import http.client
import logging
import secrets
import shutil
import sys
import tarfile
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.sagemaker import container, storage
from local.sagemaker.clients import Scope
from local.sagemaker.errors import ApiError, validation_error
from local.sagemaker.hosting import model_server
from local.sagemaker.logs import LogStream
from local.sagemaker.process import Command, run
from local.sagemaker.run_job import Surroundings

LOG_GROUP = "/aws/sagemaker/Endpoints"
MODEL_FOLDER = "model"
_NOT_HEALTHY = (
    "The primary container for production variant {} did not pass the ping health check. Please "
    "check CloudWatch logs for this endpoint."
)
# SageMaker gives a model as long for an answer.
_ANSWER_SECONDS = 60
_FOR_EVER_SECONDS = 1e9

logger = logging.getLogger(__name__)


@dataclass
class Endpoint:
    """Its requests, and its current state."""

    scope: Scope
    request: Mapping[str, Any]
    config: Mapping[str, Any]
    model: Mapping[str, Any]
    surroundings: Surroundings
    tags: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tags = list(self.request.get("Tags", []))
        self.created = datetime.now(UTC)
        self._changed = self.created
        self._status, self._reason = "Creating", ""
        self._port: int | None = None
        self._secret = secrets.token_hex(16)
        self._stop = threading.Event()

    @property
    def name(self) -> str:
        return str(self.request["EndpointName"])

    @property
    def arn(self) -> str:
        return self.scope.arn(f"endpoint/{self.name}")

    @property
    def status(self) -> str:
        return self._status

    def start(self) -> None:
        threading.Thread(target=self._serve, name=self.name, daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def describe(self) -> dict[str, Any]:
        """The response of DescribeEndpoint."""
        variant = self.config["ProductionVariants"][0]
        in_use = {"VariantName": variant["VariantName"]} | (
            {"CurrentServerlessConfig": variant["ServerlessConfig"]}
            if "ServerlessConfig" in variant
            else {"CurrentInstanceCount": variant["InitialInstanceCount"]}
        )
        described = {
            "EndpointName": self.name,
            "EndpointArn": self.arn,
            "EndpointConfigName": self.request["EndpointConfigName"],
            "ProductionVariants": [in_use],
            "EndpointStatus": self._status,
            "CreationTime": self.created,
            "LastModifiedTime": self._changed,
        }
        return described | ({"FailureReason": self._reason} if self._reason else {})

    def summary(self) -> dict[str, Any]:
        """The endpoint's entry in ListEndpoints."""
        names = ("EndpointName", "EndpointArn", "EndpointStatus", "CreationTime")
        described = self.describe()
        return {name: described[name] for name in (*names, "LastModifiedTime")}

    def invoke(self, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """The model's answer. Raises ApiError if there is none."""
        if self._status != "InService" or self._port is None:
            raise validation_error(f"Endpoint {self.name} is {self._status}, not InService.")
        wanted = {"content-type": "Content-Type", "accept": "Accept"}
        sent = {wanted[name]: headers[name] for name in wanted if name in headers}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_ANSWER_SECONDS)
        try:
            secret = {model_server.SECRET_HEADER: self._secret}
            connection.request("POST", "/invocations", body, sent | secret)
            answer = connection.getresponse()
            return answer.status, {"content-type": answer.headers["Content-Type"]}, answer.read()
        except OSError as error:
            raise ApiError(
                "ModelError", f"The endpoint's process does not answer: {error}"
            ) from error
        finally:
            connection.close()

    def _serve(self) -> None:
        settings = self.surroundings.settings
        settings.folder.mkdir(parents=True, exist_ok=True)
        base = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=settings.folder))
        try:
            self._fetch(base)
            run(self._command(base), self._stop, self._follow(base))
            self._fail(_NOT_HEALTHY.format(self.config["ProductionVariants"][0]["VariantName"]))
        except Exception as error:
            logger.exception("Endpoint %s failed", self.name)
            self._fail(f"{type(error).__name__}: {error}")
        finally:
            shutil.rmtree(base, ignore_errors=True)

    def _fetch(self, base: Path) -> None:
        """Unpacks the model, which the role must be allowed to read."""
        s3 = self._client("s3")
        bucket, key = storage.split_uri(self.model["PrimaryContainer"]["ModelDataUrl"])
        archive = base / "model.tar.gz"
        s3.download_file(bucket, key, str(archive))
        with tarfile.open(archive) as packed:
            packed.extractall(base / MODEL_FOLDER, filter="data")
        archive.unlink()

    def _command(self, base: Path) -> Command:
        model = base / MODEL_FOLDER
        threads = self.surroundings.settings.num_threads
        environment = (
            container.base_environment(base, self.scope.region, threads)
            | container.isolated_environment()
            | container.requested_environment(
                self.model["PrimaryContainer"].get("Environment", {}), base
            )
            | {"PYTHONPATH": str(model / "code"), model_server.SECRET_VARIABLE: self._secret}
        )
        return Command(
            # Without the script's own folder, whose modules have names that the model's have too.
            arguments=[sys.executable, "-P", model_server.__file__, str(model)],
            environment=environment,
            folder=base,
            max_seconds=_FOR_EVER_SECONDS,
            grace_seconds=0,
        )

    def _follow(self, base: Path) -> Any:
        group = f"{LOG_GROUP}/{self.name}"
        log = LogStream(self._client("logs"), group, f"AllTraffic/{base.name}")

        def follow(lines: list[str]) -> None:
            log.write(lines)
            for line in lines:
                if self._port is None and line.startswith(model_server.READY):
                    self._port = int(line.removeprefix(model_server.READY))
                    self._enter("InService")

        return follow

    def _client(self, service: str) -> Any:
        caller = self.surroundings.assume_role(self.model["ExecutionRoleArn"])
        return self.surroundings.clients.get(self.scope, service, caller)

    def _fail(self, reason: str) -> None:
        if not self._stop.is_set():
            self._reason = reason
            self._enter("Failed")

    def _enter(self, status: str) -> None:
        self._changed = datetime.now(UTC)
        self._status = status
