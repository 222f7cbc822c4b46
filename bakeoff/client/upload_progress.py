"""How far an upload is, said at every quarter of it."""

import threading
import time
from collections.abc import Callable

from bakeoff.client.progress_text import duration

TOLD_FROM_BYTES = 50_000_000
"""Less is uploaded before anybody asks."""
_PARTS = 4


class Sent:
    """Counts the bytes of all files of an upload, which are sent in several threads."""

    def __init__(
        self,
        num_bytes: int,
        say: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._num_bytes = num_bytes
        self._say = say
        self._now = now
        self._started = now()
        self._lock = threading.Lock()
        self._sent = 0

    def __call__(self, num_bytes: int) -> None:
        with self._lock:
            before = self._part()
            self._sent += num_bytes
            part = self._part()
            if before < part < _PARTS:
                seconds = self._now() - self._started
                left = seconds * (self._num_bytes - self._sent) / self._sent
                share = self._sent / self._num_bytes
                self._say(f"    {share:.0%} sent, about {duration(left)} left")

    def _part(self) -> int:
        return _PARTS * self._sent // self._num_bytes
