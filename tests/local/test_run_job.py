"""How a job ends that fails inside the local cloud."""

import errno
from pathlib import Path
from typing import Any

import pytest

from local.sagemaker.clients import Scope
from local.sagemaker.job import TRAINING, Job
from local.sagemaker.run_job import run_to_end
from local.sagemaker.settings import JobSettings


class Failing:
    """A job whose run raises an error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def execute(self, base: Path) -> Any:
        raise self._error


def reason(error: Exception, folder: Path) -> str:
    job = Job(TRAINING, Scope("123456789012", "us-east-1"), {"TrainingJobName": "x"})
    run_to_end(job, Failing(error), JobSettings.from_environment({}, folder))
    assert job.status == "Failed"
    return str(job.describe()["FailureReason"])


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        RuntimeError("S3 answered 500: [Errno 28] No space left on device"),
    ],
)
def test_a_full_disk_is_told_and_is_no_error_that_waiting_heals(
    error: Exception, tmp_path: Path
) -> None:
    told = reason(error, tmp_path)

    assert told.startswith("ClientError: The disk")
    assert str(tmp_path) in told
    assert "BAKEOFF_LOCAL_DIR" in told


def test_another_error_is_an_internal_one(tmp_path: Path) -> None:
    assert reason(ValueError("odd"), tmp_path) == "InternalServerError: ValueError: odd"
