"""Runs a job of any kind to its end."""

import errno
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from local.objects.content import ContentStore
from local.sagemaker.clients import Clients, Credentials
from local.sagemaker.container import (
    asking_environment,
    connected_environment,
    isolated_environment,
)
from local.sagemaker.errors import JobFailure
from local.sagemaker.job import MAX_FAILURE_REASON, Job
from local.sagemaker.kept_jobs import KeptJobs
from local.sagemaker.memory_gate import MemoryGate
from local.sagemaker.settings import JobSettings
from local.sagemaker.storage import Objects

_DISK_FULL = (
    "The disk with the local cloud's files in {} is full: free space on it, or set "
    "BAKEOFF_LOCAL_DIR to a folder on another disk."
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """The services and settings that a job depends on."""

    clients: Clients
    settings: JobSettings
    contents: ContentStore
    memory: MemoryGate
    kept: KeptJobs
    assume_role: Callable[[str], Credentials]
    """Raises ApiError where the role is missing or does not trust SageMaker."""
    account: Credentials
    """Those of the local cloud itself."""

    def objects(self, job: Job) -> Objects:
        unlimited = self.clients.get(job.scope, "s3", self.account)
        return Objects(self.s3(job), self.contents, unlimited)

    def s3(self, job: Job) -> Any:
        return self.clients.get(job.scope, "s3", self.credentials(job))

    def logs(self, job: Job) -> Any:
        return self.clients.get(job.scope, "logs", self.credentials(job))

    def credentials(self, job: Job) -> Credentials:
        """Those of the job's role: SageMaker has no others for a job's data and logs."""
        return self.assume_role(job.request["RoleArn"])

    def network_environment(self, job: Job, *, is_isolated: bool) -> dict[str, str]:
        """The variables with which a processing job reaches AWS and the hub, or neither."""
        if is_isolated:
            return isolated_environment()
        return connected_environment(self.clients.endpoint, self.credentials(job).variables)

    def asking_environment(self, job: Job) -> dict[str, str]:
        """The variables with which a training job reaches AWS, and not the hub."""
        return asking_environment(self.clients.endpoint, self.credentials(job).variables)


class JobRun(Protocol):
    """Takes one job through its phases; raises JobFailure to end it as Failed."""

    def execute(self, base: Path) -> Callable[[], None]:
        """Run to the end, with `base` in the place of /opt/ml; returns what finishes the job."""


def run_to_end(job: Job, job_run: JobRun, settings: JobSettings) -> None:
    """Execute a job; any error ends it as Failed, so that it never stays InProgress."""
    try:
        with job_folder(job, settings) as base:
            finish = job_run.execute(base)
        # Only now, so that the next job finds the disk that this one has used free.
        finish()
    except JobFailure as failure:
        fail(job, str(failure))
    except Exception as error:
        if _is_disk_full(error):
            # Not SageMaker's fault, after which a job is tried again and again.
            fail(job, f"ClientError: {_DISK_FULL.format(settings.folder)}")
            return
        logger.exception("Job %s failed inside the local cloud", job.name)
        fail(job, f"InternalServerError: {type(error).__name__}: {error}")


def _is_disk_full(error: Exception) -> bool:
    """S3 is a client away, and has only words for it."""
    code = error.errno if isinstance(error, OSError) else None
    return code in (errno.ENOSPC, errno.EDQUOT) or os.strerror(errno.ENOSPC) in str(error)


def fail(job: Job, reason: str, **details: Any) -> None:
    """End a job as Failed."""
    reason = reason[:MAX_FAILURE_REASON]
    job.finish("Failed", "Failed", reason, FailureReason=reason, **details)


@contextmanager
def job_folder(job: Job, settings: JobSettings) -> Iterator[Path]:
    """A folder in place of /opt/ml, removed when the job has ended."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{job.name}-", dir=settings.folder))
    try:
        yield folder
    finally:
        if not settings.keep_folders:
            shutil.rmtree(folder, ignore_errors=True)


def failure_text(prefix: str, path: Path, status: int) -> str:
    """The FailureReason, from the file to which the script writes its error."""
    text = path.read_text(errors="replace").strip() if path.is_file() else ""
    suffix = f", exit code: {status}"
    return f"{prefix}: {text}"[: MAX_FAILURE_REASON - len(suffix)] + suffix


def seconds_since(start: datetime) -> int:
    """Whole seconds since `start`, at least 1, because SageMaker never bills 0."""
    return max(1, round((datetime.now(UTC) - start).total_seconds()))
