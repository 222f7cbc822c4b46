"""What the local SageMaker may use of the machine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAX_JOBS_VARIABLE = "BAKEOFF_LOCAL_MAX_JOBS"
KEEP_VARIABLE = "BAKEOFF_LOCAL_KEEP_JOBS"
_DEFAULT_MAX_JOBS = 2


@dataclass(frozen=True)
class JobSettings:
    """Limits of the local jobs."""

    folder: Path
    """Every job works in a folder of its own below this one."""
    max_jobs: int
    """Jobs of one kind and instance type at once; beyond that the quota is exceeded."""
    num_threads: int
    """Threads that one training job may compute with."""
    keep_folders: bool
    """Leave the folders of ended jobs, to look into."""
    grace_seconds: float = 10.0
    """A job that is told to stop is killed after so long (120 s on AWS)."""
    checkpoint_seconds: float = 2.0
    """Between two looks at the checkpoint folder."""

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
        )


def max_jobs_from(environ: Mapping[str, str]) -> int:
    """Jobs at once, from the environment variable or the number of cores.

    Raises:
        ValueError: the variable is no whole number of at least 1.
    """
    text = environ.get(MAX_JOBS_VARIABLE, "")
    if not text:
        return min(_DEFAULT_MAX_JOBS, os.cpu_count() or 1)
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"{MAX_JOBS_VARIABLE} is {text!r}: give a whole number of at least 1")
    return int(text)
