"""The resources of this machine that the local SageMaker may use."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAX_JOBS_VARIABLE = "BAKEOFF_LOCAL_MAX_JOBS"
KEEP_VARIABLE = "BAKEOFF_LOCAL_KEEP_JOBS"
MEASURE_ALONE_VARIABLE = "BAKEOFF_LOCAL_MEASURE_ALONE"
_DEFAULT_MAX_JOBS = 2


@dataclass(frozen=True)
class JobSettings:
    """Limits of the local jobs."""

    folder: Path
    """Each job runs in a folder of its own below this one."""
    max_jobs: int
    """The quota: concurrent jobs of one kind and instance type."""
    num_threads: int
    """Threads for the computations of one job."""
    keep_folders: bool
    """Keep the folders of ended jobs, for inspection."""
    measures_alone: bool = True
    """Whether other jobs are paused while one measures its model's speed."""
    grace_seconds: float = 10.0
    """Time from a request to stop until the job is killed (120 s on AWS)."""
    checkpoint_seconds: float = 2.0
    """Interval at which the checkpoint folder is synchronised."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], folder: Path) -> "JobSettings":
        """Read the settings; the number of jobs defaults to 2, or 1 on a single core."""
        num_cores = os.cpu_count() or 1
        max_jobs = max_jobs_from(environ)
        return cls(
            folder=folder,
            max_jobs=max_jobs,
            num_threads=max(1, num_cores // max_jobs),
            keep_folders=environ.get(KEEP_VARIABLE, "") not in ("", "0"),
            measures_alone=environ.get(MEASURE_ALONE_VARIABLE, "") != "0",
        )


def max_jobs_from(environ: Mapping[str, str]) -> int:
    """Concurrent jobs, from the environment variable or the number of cores.

    Raises:
        ValueError: the variable is not a whole number of at least 1.
    """
    text = environ.get(MAX_JOBS_VARIABLE, "")
    if not text:
        return min(_DEFAULT_MAX_JOBS, os.cpu_count() or 1)
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"{MAX_JOBS_VARIABLE} is {text!r}: give a whole number of at least 1")
    return int(text)
