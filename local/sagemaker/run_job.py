"""The course that every job takes, whatever its kind."""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from local.sagemaker.clients import Clients
from local.sagemaker.errors import JobFailure
from local.sagemaker.job import MAX_FAILURE_REASON, Job
from local.sagemaker.settings import JobSettings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """What a job needs of the world around it."""

    clients: Clients
    settings: JobSettings

    def s3(self, job: Job) -> Any:
        return self.clients.get(job.scope, "s3")

    def logs(self, job: Job) -> Any:
        return self.clients.get(job.scope, "logs")


class JobRun(Protocol):
    """One job's way through its phases; raises JobFailure to end as Failed."""

    def execute(self, base: Path) -> None:
        """Run to the end, with `base` in the place of /opt/ml, and finish the job."""


def run_to_end(job: Job, job_run: JobRun, settings: JobSettings) -> None:
    """Execute a job; whatever goes wrong ends it as Failed, never as running for ever."""
    try:
        with job_folder(job, settings) as base:
            job_run.execute(base)
    except JobFailure as failure:
        fail(job, str(failure))
    except Exception as error:
        logger.exception("Job %s failed inside the local cloud", job.name)
        fail(job, f"InternalServerError: {type(error).__name__}: {error}")


def fail(job: Job, reason: str, **details: Any) -> None:
    """End a job as Failed."""
    reason = reason[:MAX_FAILURE_REASON]
    job.finish("Failed", "Failed", reason, FailureReason=reason, **details)


@contextmanager
def job_folder(job: Job, settings: JobSettings) -> Iterator[Path]:
    """A folder that stands for /opt/ml, removed when the job has ended."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{job.name}-", dir=settings.folder))
    try:
        yield folder
    finally:
        if not settings.keep_folders:
            shutil.rmtree(folder, ignore_errors=True)


def failure_text(prefix: str, path: Path, status: int) -> str:
    """FailureReason from the file in which the script says what went wrong."""
    text = path.read_text(errors="replace").strip() if path.is_file() else ""
    suffix = f", exit code: {status}"
    return f"{prefix}: {text}"[: MAX_FAILURE_REASON - len(suffix)] + suffix


def seconds_since(start: datetime) -> int:
    """Whole seconds since then, at least 1: SageMaker bills no job with 0."""
    return max(1, round((datetime.now(UTC) - start).total_seconds()))
