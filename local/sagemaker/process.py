"""Runs a job's process under the guard, follows its output line by line, and stops it."""

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local.host.guard import guarded

_POLL_SECONDS = 0.25
_MAX_LINES = 500


@dataclass(frozen=True)
class Ending:
    """How a process ended."""

    status: int
    """The exit status; 128 + N if signal N killed it."""
    was_stopped: bool = False
    """It was stopped on request."""
    ran_out_of_time: bool = False
    """It was still running after its allowed time."""

    @property
    def is_our_doing(self) -> bool:
        """Whether it was ended from here, not by itself or by the system."""
        return self.was_stopped or self.ran_out_of_time


@dataclass(frozen=True)
class Command:
    """The command, its folder and environment, and its time limit."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    max_seconds: float
    grace_seconds: float
    """Time between SIGTERM and SIGKILL."""


def run(
    command: Command,
    stop: threading.Event,
    on_poll: Callable[[list[str]], None],
    on_start: Callable[[int], None] = lambda pid: None,
) -> Ending:
    """Run a command to its end.

    `on_start` gets its process ID; several times a second, `on_poll` gets the new lines of output.
    """
    process = subprocess.Popen(
        guarded(list(command.arguments)),
        env=dict(command.environment),
        cwd=command.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    assert process.stdout is not None
    on_start(process.pid)
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        ending = _follow(process, command, stop, lambda: on_poll(_drain(lines)))
    finally:
        _kill_group(process)
    reader.join(timeout=5)
    while rest := _drain(lines):
        on_poll(rest)
    return ending


def _follow(
    process: "subprocess.Popen[str]",
    command: Command,
    stop: threading.Event,
    poll: Callable[[], None],
) -> Ending:
    deadline = time.monotonic() + command.max_seconds
    kill_at: float | None = None
    was_stopped = ran_out_of_time = False
    while True:
        try:
            status = process.wait(timeout=_POLL_SECONDS)
            return Ending(status if status >= 0 else 128 - status, was_stopped, ran_out_of_time)
        except subprocess.TimeoutExpired:
            poll()
        now = time.monotonic()
        if kill_at is None and (stop.is_set() or now >= deadline):
            was_stopped, ran_out_of_time = stop.is_set(), not stop.is_set()
            kill_at = now + command.grace_seconds
            os.killpg(process.pid, signal.SIGTERM)
        elif kill_at is not None and now >= kill_at:
            _kill_group(process)


def _read(output: IO[str], lines: "queue.Queue[str]") -> None:
    for line in output:
        lines.put(line.rstrip("\n"))


def _drain(lines: "queue.Queue[str]") -> list[str]:
    found: list[str] = []
    while len(found) < _MAX_LINES:
        try:
            found.append(lines.get_nowait())
        except queue.Empty:
            break
    return found


def _kill_group(process: "subprocess.Popen[str]") -> None:
    """Kill the command and everything that it left running in its process group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait()
