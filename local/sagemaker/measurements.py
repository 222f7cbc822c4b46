"""Pauses the other jobs while one measures how fast its model is.

Jobs on one machine take each other's processors and caches, so that the same model would be two or
three times as slow beside one job as beside another. A job that measures has its process ID in the
file of `variables` (train/job/measured_alone.py); the others stand still until it is gone.
"""

import contextlib
from pathlib import Path

import psutil

from local.host.processes import is_alive

_VARIABLE = "MEASUREMENT_LOCK"


class Measurements:
    """One for all jobs of a cloud."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "measurement"

    @property
    def variables(self) -> dict[str, str]:
        """What a job has to know; makes the file."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.touch()
        return {_VARIABLE: str(self._file)}

    def measuring_pid(self) -> int | None:
        """The process that measures now; None if there is none."""
        try:
            text = self._file.read_text(encoding="ascii")
        except (OSError, ValueError):
            return None
        # One that was killed has left its ID there.
        return int(text) if text.isdecimal() and is_alive(int(text)) else None


class Place:
    """A job among the others: stands still while one of them measures."""

    def __init__(self, measurements: Measurements) -> None:
        self._measurements = measurements
        self._paused: list[psutil.Process] = []
        self.guard_pid: int | None = None
        """The guard of the job's processes; None before they have started."""

    def give_way(self) -> None:
        """Pauses the job or lets it go on, as it must now; to be called several times a second."""
        measuring = self._measurements.measuring_pid()
        if measuring is None or self.guard_pid is None:
            self.go_on()
        elif not self._paused:
            family = self._family()
            if all(process.pid != measuring for process in family):
                for process in family:
                    with contextlib.suppress(psutil.Error):
                        process.suspend()
                self._paused = family

    def go_on(self) -> None:
        """Lets the job go on, whoever measures."""
        paused, self._paused = self._paused, []
        for process in paused:
            with contextlib.suppress(psutil.Error):
                process.resume()

    def _family(self) -> list[psutil.Process]:
        """The job's processes without the guard, which must notice if this cloud ends."""
        try:
            return list(psutil.Process(self.guard_pid).children(recursive=True))
        except psutil.Error:
            return []
