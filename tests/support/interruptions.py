"""Jobs of the local cloud that die in the middle of their work, as an instance can."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

_WAIT_SECONDS = 300
# To look through all processes takes long enough to slow the jobs down.
_SEARCH_SECONDS = 0.2
# A tiny model's training goes on fast.
_POLL_SECONDS = 0.005


def kill(
    script: str,
    jobs: Path,
    is_time: Callable[[Path], bool],
    poll_seconds: float = _POLL_SECONDS,
) -> str:
    """Kill the process of a job as soon as its time has come; returns the job's name.

    Args:
        script: file name of the Python script that the process runs.
        jobs: the folder that holds the jobs' folders.
        is_time: whether to kill the job, by its folder, which takes the place of /opt/ml.
        poll_seconds: how often to ask `is_time`.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline:
        for process, folder in _running(script, jobs):
            while process.is_running():
                if is_time(folder):
                    # First, so that it cannot end between the look and the kill.
                    process.send_signal(signal.SIGSTOP)
                    process.kill()
                    return job_of(folder)
                time.sleep(poll_seconds)
        time.sleep(_SEARCH_SECONDS)
    raise AssertionError(f"the time to kill {script} has not come")


def job_of(folder: Path) -> str:
    """The name of the job that has this folder."""
    return folder.name.rpartition("-")[0]


def _running(script: str, jobs: Path) -> Iterator[tuple[psutil.Process, Path]]:
    for process in psutil.process_iter():
        # Others come and go, and some belong to somebody else.
        with suppress(psutil.Error):
            program, *arguments = process.cmdline() or [""]
            if "python" not in program or not any(each.endswith(script) for each in arguments):
                continue
            folder = Path(process.environ().get("SAGEMAKER_BASE_DIR", "/"))
            if folder.is_relative_to(jobs):
                yield process, folder
