"""Measures the time of a job's phases."""

import time
from collections.abc import Callable


class PhaseClock:
    """Seconds per phase, each ending where the next begins; a phase may come several times."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        cpu_now: Callable[[], float] = time.process_time,
    ) -> None:
        self._now = now
        self._cpu_now = cpu_now
        self._started = self._last = now()
        self._cpu_last = cpu_now()
        self._seconds: dict[str, float] = {}
        self._cpu_seconds: dict[str, float] = {}

    def end(self, phase: str) -> None:
        now, cpu_now = self._now(), self._cpu_now()
        self._seconds[phase] = self._seconds.get(phase, 0.0) + now - self._last
        self._cpu_seconds[phase] = self._cpu_seconds.get(phase, 0.0) + cpu_now - self._cpu_last
        self._last, self._cpu_last = now, cpu_now

    def cpu_seconds(self, phase: str) -> float:
        """The processor time of all threads in this phase."""
        return self._cpu_seconds[phase]

    def seconds(self) -> dict[str, float]:
        return {**self._seconds, "total": self._last - self._started}
