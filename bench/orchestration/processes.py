"""The processor time and the memory of the cloud's own processes, by what they do."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psutil

EMULATOR, FUNCTIONS = "emulator", "functions"
_LOOK_SECONDS = 0.25
_PEAK = "VmHWM:"


@dataclass
class Watched:
    """What was seen so far."""

    times: list[tuple[float, float, float]] = field(default_factory=list)
    """Seconds since the epoch; CPU seconds of the emulator until then, and of all functions."""
    peak_bytes: dict[str, int] = field(default_factory=dict)
    """By the function's name: the most resident memory of any of its processes."""

    def cpu_seconds(self, began: datetime, ended: datetime) -> dict[str, float]:
        """By EMULATOR and FUNCTIONS, between two times; to the last look before each."""
        first, last = self._at(began), self._at(ended)
        pairs = zip(first, last, strict=True)
        return dict(zip((EMULATOR, FUNCTIONS), (b - a for a, b in pairs), strict=True))

    def _at(self, moment: datetime) -> tuple[float, float]:
        before = [entry for entry in self.times if entry[0] <= moment.timestamp()]
        _, emulator, functions = (before or self.times)[-1 if before else 0]
        return emulator, functions


@contextmanager
def watched(emulator: psutil.Process) -> Iterator[Watched]:
    """Look at the emulator and its functions several times a second."""
    seen, ended = Watched(), threading.Event()
    watcher = _Watcher(emulator, seen)

    def watch() -> None:
        while not ended.wait(_LOOK_SECONDS):
            watcher.look()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()
        watcher.look()


class _Watcher:
    def __init__(self, emulator: psutil.Process, seen: Watched) -> None:
        self._emulator = emulator
        self._seen = seen
        self._functions: dict[int, str] = {}
        """The function that each process of the emulator serves; empty if it is none."""
        self._cpu_seconds: dict[int, float] = {}

    def look(self) -> None:
        for process in self._emulator.children():
            try:
                self._look_at(process)
            except (psutil.Error, OSError):
                continue  # it has ended
        own = _cpu_seconds(self._emulator)
        self._seen.times.append((time.time(), own, sum(self._cpu_seconds.values())))

    def _look_at(self, process: psutil.Process) -> None:
        if not self._functions.get(process.pid):
            # Looked for again, as a new process has its starter's environment at first.
            name = process.environ().get("AWS_LAMBDA_FUNCTION_NAME", "")
            self._functions[process.pid] = name
        if name := self._functions[process.pid]:
            self._cpu_seconds[process.pid] = _cpu_seconds(process)
            peaks = self._seen.peak_bytes
            peaks[name] = max(peaks.get(name, 0), _peak_bytes(process))


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _peak_bytes(process: psutil.Process) -> int:
    """The most memory that was ever resident; elsewhere than on Linux what is resident now."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return process.memory_info().rss
    lines = (line.split() for line in status.read_text().splitlines())
    # Of a process that has just ended nothing is resident.
    return next((int(words[1]) * 1024 for words in lines if words and words[0] == _PEAK), 0)
