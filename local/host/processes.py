"""Processes that are not our children."""

import contextlib
import time

import psutil

_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.05


def is_alive(pid: int) -> bool:
    """Whether a process is running; a zombie is not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def command_line(pid: int) -> list[str]:
    """A process's command line; empty if there is no such process or access is denied."""
    try:
        return list(psutil.Process(pid).cmdline())
    except psutil.Error:
        return []


def end_process(pid: int) -> None:
    """Terminate a process, kill it if it does not end in time, and return when it is gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        while is_alive(pid):
            if time.monotonic() > deadline:
                process.kill()
            time.sleep(_POLL_SECONDS)
