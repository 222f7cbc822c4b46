"""SageMaker's managed MLflow, spoken to by MLflow's REST API.

MLflow's own client would be larger than the function that uses it.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from bakeoff.errors import ServiceError
from bakeoff.jobs.mlflow_run import ITEM_TAG, RUN_TAG, MlflowRun
from lambdas.aws.signature import Sign, signature

_API = "/api/2.0/mlflow/"
# By the type of the resource in the ARN: host, header with the ARN, and name of the service.
_KINDS = {
    "mlflow-tracking-server": (
        "{region}.experiments.sagemaker.aws",
        "x-mlflow-sm-tracking-server-arn",
        "sagemaker-mlflow",
    ),
    "mlflow-app": ("mlflow.sagemaker.{region}.app.aws", "x-sm-mlflow-app-arn", "sagemaker"),
}

# The status of a new run, until it gets its last one.
_RUNNING = "RUNNING"

_TIMEOUT_SECONDS = 5.0
_ATTEMPTS = 3
_PAUSE_SECONDS = 1.0
_MAX_METRICS = 1000
"""MLflow's limit for all values of one request."""


class Mlflow:
    """A tracking server; errors leave it as ServiceError."""

    def __init__(
        self, endpoint: str, sign: Sign, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.endpoint = endpoint
        self.sign = sign
        self._sleep = sleep

    @classmethod
    def connect(cls, arn: str) -> "Mlflow":
        """`arn` is that of a tracking server or an app of SageMaker's managed MLflow."""
        region, kind = arn.split(":")[3], arn.split(":")[5].split("/")[0]
        host, arn_header, service = _KINDS[kind]
        headers = {arn_header: arn, "Content-Type": "application/json"}
        return cls(f"https://{host.format(region=region)}", signature(service, region, headers))

    def record(self, run: MlflowRun) -> None:
        """Writes the run once, however often this is called; one that was cut off is completed."""
        experiment = self._experiment(run.experiment)
        known = self._recorded(experiment, run)
        if known is not None and known["status"] != _RUNNING:
            return
        run_id = self._created(experiment, run) if known is None else str(known["run_id"])
        metrics = [
            {"key": m.key, "value": m.value, "step": m.step, "timestamp": run.ended_ms}
            for m in run.metrics
        ]
        described = {"params": _pairs(run.parameters), "tags": _pairs(run.tags)}
        self._post("runs/log-batch", {"run_id": run_id, **described})
        for start in range(0, len(metrics), _MAX_METRICS):
            part = metrics[start : start + _MAX_METRICS]
            self._post("runs/log-batch", {"run_id": run_id, "metrics": part})
        ended = {"run_id": run_id, "status": run.status, "end_time": run.ended_ms}
        self._post("runs/update", ended)

    def _experiment(self, name: str) -> str:
        """Its id; it is created if there is none."""
        found = self._find_experiment(name)
        if found is not None:
            return found
        try:
            return str(self._post("experiments/create", {"name": name})["experiment_id"])
        except _RefusedError as error:
            # Jobs that end together all try to create it.
            found = self._find_experiment(name) if error.code == "RESOURCE_ALREADY_EXISTS" else None
            if found is None:
                raise
            return found

    def _find_experiment(self, name: str) -> str | None:
        try:
            answer = self._call("GET", "experiments/get-by-name", {"experiment_name": name})
        except _RefusedError as error:
            if error.code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise
        return str(answer["experiment"]["experiment_id"])

    def _recorded(self, experiment: str, run: MlflowRun) -> dict[str, Any] | None:
        """What MLflow knows of the run, if anything."""
        same = " and ".join(f"tags.`{tag}` = '{run.tags[tag]}'" for tag in (RUN_TAG, ITEM_TAG))
        search = {"experiment_ids": [experiment], "filter": same, "max_results": 1}
        found = self._post("runs/search", search).get("runs", [])
        return dict(found[0]["info"]) if found else None

    def _created(self, experiment: str, run: MlflowRun) -> str:
        new = {
            "experiment_id": experiment,
            "run_name": run.name,
            "start_time": run.started_ms,
            "tags": _pairs(run.tags),
        }
        return str(self._post("runs/create", new)["run"]["info"]["run_id"])

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._call("POST", path, body)

    def _call(self, method: str, path: str, values: Mapping[str, Any]) -> dict[str, Any]:
        url, body = self.endpoint + _API + path, None
        if method == "GET":
            url += "?" + urlencode(values)
        else:
            body = json.dumps(values).encode()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._once(method, url, body)
            except _BusyError as error:
                if attempt == _ATTEMPTS:
                    raise ServiceError(f"MLflow could not be used for {path}: {error}") from error
                self._sleep(_PAUSE_SECONDS * attempt)
        raise AssertionError("unreachable")

    def _once(self, method: str, url: str, body: bytes | None) -> dict[str, Any]:
        request = Request(url, body, self.sign(method, url, body), method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
                return dict(json.loads(answer.read() or b"{}"))
        except HTTPError as error:
            told = error.read().decode(errors="replace")
            if error.code == 429 or error.code >= 500:
                raise _BusyError(f"{error.code} {told}") from error
            raise _RefusedError(error.code, told) from error
        except (OSError, ValueError) as error:
            raise _BusyError(str(error)) from error


class _BusyError(Exception):
    """The server may answer if it is asked again."""


class _RefusedError(ServiceError):
    """The server understands the request and refuses it; `code` is MLflow's."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(f"MLflow refused a request ({status}): {told}")
        try:
            self.code = str(json.loads(told)["error_code"])
        except (KeyError, TypeError, ValueError):
            self.code = ""


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]
