"""Measures the time of a job's phases."""

import time
from collections.abc import Callable


class PhaseClock:
    """Seconds per phase, each ending where the next begins."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._started = self._last = now()
        self._seconds: dict[str, float] = {}

    def end(self, phase: str) -> None:
        now = self._now()
        self._seconds[phase] = now - self._last
        self._last = now

    def seconds(self) -> dict[str, float]:
        return {**self._seconds, "total": self._last - self._started}
