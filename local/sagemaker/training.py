"""Training jobs, run by AWS's own in-container toolkit in a folder that takes /opt/ml's place."""

import json
import signal
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from local.host import memory
from local.sagemaker import container, storage
from local.sagemaker.errors import JobFailure, validation_error
from local.sagemaker.experiments import Experiments
from local.sagemaker.job import Job
from local.sagemaker.kept_jobs import KeptJob, job_key
from local.sagemaker.logs import LogStream
from local.sagemaker.measurements import Measurements, Place
from local.sagemaker.memory_gate import Running
from local.sagemaker.memory_needs import most_needed_bytes
from local.sagemaker.metrics import MetricCollector
from local.sagemaker.process import Command, Ending, run
from local.sagemaker.run_job import Surroundings, fail, failure_text, seconds_since

# With any other name, the toolkit would wait until the host name resolves.
_HOST = "localhost"
# SageMaker's own word for a machine of the user's: the request's type would promise its GPUs.
_INSTANCE_TYPE = "local"
_TOOLKIT = (sys.executable, "-m", "sagemaker_training.cli.train")
_CHECKPOINTS = f"{container.CONTAINER_ROOT}/checkpoints"
_ARCHIVES = ("model.tar.gz", "output.tar.gz")
# What a job that is taken over has in common with the one that has done the work.
_RECORDED = ("TrainingTimeInSeconds", "BillableTimeInSeconds")
_TAKEN_OVER = (
    "This job had finished in a local cloud that ended before its run did. Its outputs were kept, "
    "so nothing is trained again."
)
_FOLDERS = ("input/config", "input/data", "model", "output/data", "checkpoints", "code")


def check_channels(s3: Any, request: Mapping[str, Any], region: str) -> None:
    """Refuse a request with a channel that has no objects, as CreateTrainingJob does."""
    for channel in request.get("InputDataConfig", []):
        uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
        if next(storage.keys_under(s3, uri), None) is None:
            message = storage.missing_objects_message(uri, request["RoleArn"], region)
            raise validation_error(message)


class TrainingRun:
    """One training job, from its channels to its artifacts."""

    def __init__(self, job: Job, surroundings: Surroundings, experiments: Experiments) -> None:
        self._job = job
        self._request = job.request
        self._surroundings = surroundings
        self._settings = surroundings.settings
        self._objects = surroundings.objects(job)
        self._s3 = self._objects.s3
        self._log = LogStream(surroundings.logs(job), job.kind.log_group, job.log_stream)
        self._metrics = MetricCollector(
            job.request["AlgorithmSpecification"].get("MetricDefinitions", [])
        )
        self._experiments = experiments
        self._started = datetime.now(UTC)
        self._measurements = Measurements(self._settings.folder)
        self._kept: KeptJob | None = None

    def execute(self, base: Path) -> Callable[[], None]:
        """Download, train and upload; returns what finishes the job."""
        job = self._job
        job.enter("Starting", "Preparing the instances for training")
        self._experiments.attach(job)
        self._lay_out(base)
        job.enter("Downloading", "Downloading input data", TrainingStartTime=self._started)
        self._download(base)
        self._kept = self._kept_job(base)
        recorded = self._kept and self._kept.finished()
        if self._kept and recorded:
            return self._taken_over(self._kept, recorded)
        checkpoints = self._checkpoints(base)
        ending = self._train(base, checkpoints)
        job.enter("Uploading", "Uploading generated training model")
        if checkpoints is not None:
            checkpoints.push()
        self._experiments.record_metrics(job, self._metrics.summaries(job.arn))
        return self._conclusion(base, ending)

    def _lay_out(self, base: Path) -> None:
        for name in _FOLDERS:
            (base / name).mkdir(parents=True)
        hyperparameters = self._request.get("HyperParameters", {})
        resources = {
            "current_host": _HOST,
            "hosts": [_HOST],
            "network_interface_name": "lo",
            "current_instance_type": _INSTANCE_TYPE,
        }
        channels = {
            channel["ChannelName"]: {
                "TrainingInputMode": "File",
                "S3DistributionType": "FullyReplicated",
                "RecordWrapperType": "None",
            }
            for channel in self._request.get("InputDataConfig", [])
        }
        files = {
            "hyperparameters.json": {
                name: container.relocate(value, base) for name, value in hyperparameters.items()
            },
            "resourceconfig.json": resources,
            "inputdataconfig.json": channels,
        }
        for name, content in files.items():
            (base / "input" / "config" / name).write_text(json.dumps(content))

    def _download(self, base: Path) -> None:
        for channel in self._request.get("InputDataConfig", []):
            uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
            folder = base / "input" / "data" / channel["ChannelName"]
            if storage.download(self._s3, uri, folder) == 0:
                role, region = self._request["RoleArn"], self._job.scope.region
                message = storage.missing_objects_message(uri, role, region)
                raise JobFailure(f"ClientError: Data download failed: {message}")

    def _kept_job(self, base: Path) -> KeptJob | None:
        """What outlives this cloud, if the job belongs to an execution, which may be cut off."""
        if not self._job.execution:
            return None
        key = job_key(self._request, base / "input" / "data")
        checkpoints = self._request.get("CheckpointConfig", {}).get("S3Uri", "")
        return self._surroundings.kept.job(self._job.execution, key, checkpoints)

    def _taken_over(self, kept: KeptJob, recorded: dict[str, Any]) -> Callable[[], None]:
        """End as the same job did in an earlier cloud, with its outputs and checkpoints."""
        now, lines = datetime.now(UTC), kept.log_lines()
        self._log.write([_TAKEN_OVER, *lines])
        for line in lines:
            self._metrics.read(line, now)
        for name in _ARCHIVES:
            bucket, key = storage.split_uri(f"{self._output_uri}/{name}")
            self._objects.put_copy(kept.archive(name), bucket, key)
        if "CheckpointConfig" in self._request:
            # For the job that goes on from them.
            uri = self._request["CheckpointConfig"]["S3Uri"]
            storage.put_folder(self._objects, kept.checkpoints, uri)
        self._experiments.record_metrics(self._job, self._metrics.summaries(self._job.arn))
        message = "Training job completed"
        details = {**self._final_details(), **recorded}
        return partial(self._job.finish, "Completed", "Completed", message, **details)

    def _checkpoints(self, base: Path) -> storage.CheckpointSync | None:
        settings = self._request.get("CheckpointConfig")
        if settings is None:
            return None
        folder = Path(container.relocate(settings.get("LocalPath", _CHECKPOINTS), base))
        folder.mkdir(parents=True, exist_ok=True)
        mirror = self._kept.checkpoints if self._kept else None
        checkpoints = storage.CheckpointSync(self._objects, folder, settings["S3Uri"], mirror)
        checkpoints.restore()
        return checkpoints

    def _train(self, base: Path, checkpoints: storage.CheckpointSync | None) -> Ending:
        """Train when there is memory for it; once more, alone, if the system killed the job."""
        ending = self._train_once(base, checkpoints, is_alone=False)
        if _was_killed(ending, base):
            self._log.write([f"{self._killed(base)} It is tried once more, alone."])
            (base / "output" / "failure").unlink(missing_ok=True)
            ending = self._train_once(base, checkpoints, is_alone=True)
            if _was_killed(ending, base):
                reason = f"{self._killed(base)} It was then tried alone, with the same end."
                (base / "output" / "failure").write_text(reason)
        return ending

    def _train_once(
        self, base: Path, checkpoints: storage.CheckpointSync | None, *, is_alone: bool
    ) -> Ending:
        def on_wait() -> None:
            self._job.enter("Pending", "Waiting for memory that other jobs use")

        with self._surroundings.memory.admitted(
            self._needed_bytes(base),
            is_alone=is_alone,
            is_stopped=self._job.stop_requested.is_set,
            on_wait=on_wait,
        ) as place:
            self._job.enter("Training", "Training image download completed.")
            return self._run(base, checkpoints, place)

    def _run(
        self, base: Path, checkpoints: storage.CheckpointSync | None, place: Running
    ) -> Ending:
        next_push = time.monotonic() + self._settings.checkpoint_seconds
        among_others = Place(self._measurements)

        def on_poll(lines: list[str]) -> None:
            nonlocal next_push
            now = datetime.now(UTC)
            for line in lines:
                self._metrics.read(line, now)
            self._log.write(lines)
            if self._kept:
                self._kept.add_to_log(lines)
            among_others.give_way()
            if checkpoints is not None and time.monotonic() >= next_push:
                checkpoints.push()
                next_push = time.monotonic() + self._settings.checkpoint_seconds

        def on_start(pid: int) -> None:
            place.used_bytes = partial(memory.used_bytes, pid)
            if self._settings.measures_alone:
                among_others.guard_pid = pid

        command = Command(
            arguments=_TOOLKIT,
            environment=self._environment(base),
            folder=base,
            max_seconds=self._request["StoppingCondition"].get("MaxRuntimeInSeconds", 86_400),
            grace_seconds=self._settings.grace_seconds,
        )
        return run(command, self._job.stop_requested, on_poll, on_start)

    def _killed(self, base: Path) -> str:
        return (
            "Out of memory: the system killed the job, which needs about "
            f"{self._needed_bytes(base) / 1e9:.1f} GB; this machine has "
            f"{memory.total_bytes() / 1e9:.1f} GB."
        )

    def _needed_bytes(self, base: Path) -> int:
        hyperparameters = self._request.get("HyperParameters", {})
        return most_needed_bytes(hyperparameters, base / "input" / "data")

    def _environment(self, base: Path) -> dict[str, str]:
        scope = self._job.scope
        environment = container.base_environment(base, scope.region, self._settings.num_threads)
        is_isolated = self._request.get("EnableNetworkIsolation", False)
        return (
            environment
            | (
                container.isolated_environment()
                if is_isolated
                else self._surroundings.asking_environment(self._job)
            )
            | {"TRAINING_JOB_NAME": self._job.name, "TRAINING_JOB_ARN": self._job.arn}
            | (self._measurements.variables if self._settings.measures_alone else {})
            | container.requested_environment(self._request.get("Environment", {}), base)
        )

    def _conclusion(self, base: Path, ending: Ending) -> Callable[[], None]:
        job = self._job
        details = self._final_details()
        has_ended_well = ending.status == 0
        if ending.was_stopped or ending.ran_out_of_time or has_ended_well:
            self._upload(base / "model", "model.tar.gz")
        self._upload(base / "output" / "data", "output.tar.gz")
        if ending.was_stopped:
            message = "Training job stopped by the user"
            return partial(job.finish, "Stopped", "Stopped", message, **details)
        if ending.ran_out_of_time:
            limit = self._request["StoppingCondition"].get("MaxRuntimeInSeconds")
            message = f"Training job runtime exceeded MaxRuntimeInSeconds ({limit})"
            return partial(job.finish, "Stopped", "MaxRuntimeExceeded", message, **details)
        if has_ended_well:
            if self._kept:
                self._kept.finish({name: details[name] for name in _RECORDED})
            message = "Training job completed"
            return partial(job.finish, "Completed", "Completed", message, **details)
        path = base / "output" / "failure"
        return partial(fail, job, failure_text("AlgorithmError", path, ending.status), **details)

    def _upload(self, folder: Path, name: str) -> None:
        content = storage.upload_archive(
            self._objects,
            folder,
            f"{self._output_uri}/{name}",
            is_kept=self._settings.keep_folders,
        )
        if self._kept:
            self._kept.keep_archive(name, content)

    @property
    def _output_uri(self) -> str:
        root = self._request["OutputDataConfig"]["S3OutputPath"].rstrip("/")
        return f"{root}/{self._job.name}/output"

    def _final_details(self) -> dict[str, Any]:
        seconds = seconds_since(self._started)
        return {
            "TrainingEndTime": datetime.now(UTC),
            "TrainingTimeInSeconds": seconds,
            "BillableTimeInSeconds": seconds,
            "FinalMetricDataList": self._metrics.final_values(),
            "ModelArtifacts": {"S3ModelArtifacts": f"{self._output_uri}/model.tar.gz"},
        }


def _was_killed(ending: Ending, base: Path) -> bool:
    """Whether something else than this cloud has killed the job's process."""
    if ending.is_our_doing or ending.status == 0:
        return False
    path = base / "output" / "failure"
    # The toolkit may survive the script that it has started, and then reports its end.
    reported = path.read_text(errors="replace") if path.is_file() else ""
    return ending.status == 128 + signal.SIGKILL or "ExitCode -9" in reported
