"""Processing jobs: inputs from S3, the request's entry point, outputs to S3."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from local.sagemaker import container, storage
from local.sagemaker.errors import JobFailure
from local.sagemaker.job import MAX_FAILURE_REASON, Job
from local.sagemaker.logs import LogStream
from local.sagemaker.process import Command, Ending, run
from local.sagemaker.run_job import Surroundings, fail, seconds_since

_PYTHON = ("python", "python3")
_DEFAULT_MAX_SECONDS = 86_400


class ProcessingRun:
    """One processing job from its inputs to its outputs."""

    def __init__(self, job: Job, surroundings: Surroundings) -> None:
        self._job = job
        self._request = job.request
        self._surroundings = surroundings
        self._settings = surroundings.settings
        self._objects = surroundings.objects(job)
        self._s3 = self._objects.s3
        self._log = LogStream(surroundings.logs(job), job.kind.log_group, job.log_stream)
        self._started = datetime.now(UTC)

    def execute(self, base: Path) -> Callable[[], None]:
        """Download, process and upload; returns what finishes the job."""
        self._job.enter("Starting", "", ProcessingStartTime=self._started)
        self._lay_out(base)
        self._download(base)
        ending = self._process(base)
        if ending.status == 0:
            self._upload(base)
        return self._conclusion(base, ending)

    def _lay_out(self, base: Path) -> None:
        for name in ("config", "output", "processing"):
            (base / name).mkdir(parents=True)
        for output in self._outputs():
            self._path(base, output["S3Output"]["LocalPath"]).mkdir(parents=True, exist_ok=True)
        files = {
            "processingjobconfig.json": self._job.describe(),
            "resourceconfig.json": {"current_host": "localhost", "hosts": ["localhost"]},
        }
        for name, content in files.items():
            (base / "config" / name).write_text(json.dumps(content, default=str))

    def _download(self, base: Path) -> None:
        for each in self._request.get("ProcessingInputs", []):
            source = each["S3Input"]
            folder = self._path(base, source["LocalPath"])
            if storage.download(self._s3, source["S3Uri"], folder) == 0:
                role, region = self._request["RoleArn"], self._job.scope.region
                message = storage.missing_objects_message(source["S3Uri"], role, region)
                raise JobFailure(f"ClientError: Data download failed: {message}")

    def _process(self, base: Path) -> Ending:
        stopping = self._request.get("StoppingCondition", {})
        command = Command(
            arguments=self._arguments(base),
            environment=self._environment(base),
            folder=base,
            max_seconds=stopping.get("MaxRuntimeInSeconds", _DEFAULT_MAX_SECONDS),
            grace_seconds=self._settings.grace_seconds,
        )
        return run(command, self._job.stop_requested, self._log.write)

    def _arguments(self, base: Path) -> list[str]:
        specification = self._request["AppSpecification"]
        entry_point = specification.get("ContainerEntrypoint")
        if not entry_point:
            raise JobFailure(
                "ClientError: ContainerEntrypoint is missing, and there is no image to provide one"
            )
        arguments = [*entry_point, *specification.get("ContainerArguments", [])]
        if arguments[0] in _PYTHON:
            arguments[0] = sys.executable
        return [container.relocate(each, base) for each in arguments]

    def _environment(self, base: Path) -> dict[str, str]:
        scope = self._job.scope
        environment = container.base_environment(base, scope.region, self._settings.num_threads)
        is_isolated = self._request.get("NetworkConfig", {}).get("EnableNetworkIsolation", False)
        return (
            environment
            | self._surroundings.network_environment(self._job, is_isolated=is_isolated)
            | {"PROCESSING_JOB_NAME": self._job.name, "PROCESSING_JOB_ARN": self._job.arn}
            | container.requested_environment(self._request.get("Environment", {}), base)
        )

    def _upload(self, base: Path) -> None:
        for output in self._outputs():
            target = output["S3Output"]
            storage.upload(
                self._objects,
                self._path(base, target["LocalPath"]),
                target["S3Uri"],
                is_kept=self._settings.keep_folders,
            )

    def _conclusion(self, base: Path, ending: Ending) -> Callable[[], None]:
        details = self._final_details(base)
        if ending.was_stopped:
            return partial(self._job.finish, "Stopped", "Stopped", "", **details)
        if ending.ran_out_of_time:
            reason = "ClientError: Job exceeded MaxRuntimeInSeconds"
            details["FailureReason"] = reason
            return partial(self._job.finish, "Stopped", "Stopped", reason, **details)
        if ending.status == 0:
            return partial(self._job.finish, "Completed", "Completed", "", **details)
        reason = f"AlgorithmError: See job logs for more information, exit code: {ending.status}"
        return partial(fail, self._job, reason, **details)

    def _final_details(self, base: Path) -> dict[str, Any]:
        details: dict[str, Any] = {"ProcessingEndTime": datetime.now(UTC)}
        message = base / "output" / "message"
        if message.is_file():
            details["ExitMessage"] = message.read_text(errors="replace")[:MAX_FAILURE_REASON]
        self._log.write([f"The job took {seconds_since(self._started)} s"])
        return details

    def _outputs(self) -> list[Mapping[str, Any]]:
        return list(self._request.get("ProcessingOutputConfig", {}).get("Outputs", []))

    def _path(self, base: Path, path: str) -> Path:
        moved = container.relocate(path, base)
        if moved == path:
            root = container.CONTAINER_ROOT
            raise JobFailure(f"ClientError: the path {path!r} is not below {root}")
        return Path(moved)
