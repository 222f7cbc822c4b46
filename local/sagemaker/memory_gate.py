"""Lets jobs run side by side only if the machine's memory is enough for both.

A job that does not fit waits until another one has ended, because on a machine without memory the
system kills whatever is largest. A job that has the machine to itself always runs.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# What is left to the rest of the machine: the emulator, its Lambdas, the user's programs.
_RESERVE_BYTES = 1_000_000_000
_LOOK_SECONDS = 1.0


@dataclass(eq=False)
class Running:
    """A job that was let in; `used_bytes` says what it uses now."""

    needed_bytes: int
    is_alone: bool
    used_bytes: Callable[[], int] = field(default=lambda: 0)

    @property
    def still_to_come_bytes(self) -> int:
        return max(0, self.needed_bytes - self.used_bytes())


class MemoryGate:
    """Admits jobs; threads share it.

    Args:
        free_bytes: how much memory the machine has left now.
        look_seconds: how often a job that waits looks again, as other programs end too.
    """

    def __init__(self, free_bytes: Callable[[], int], look_seconds: float = _LOOK_SECONDS) -> None:
        self._free_bytes = free_bytes
        self._look_seconds = look_seconds
        self._changed = threading.Condition()
        self._running: list[Running] = []
        # In the order of arrival, so that a large job is not overtaken for ever.
        self._waiting: list[Running] = []

    @contextmanager
    def admitted(
        self,
        needed_bytes: int,
        *,
        is_alone: bool = False,
        is_stopped: Callable[[], bool] = lambda: False,
        on_wait: Callable[[], None] = lambda: None,
    ) -> Iterator[Running]:
        """Wait for the job's turn, and hold its place until it has ended.

        Args:
            needed_bytes: what the job is expected to use at most.
            is_alone: let no other job run beside it.
            is_stopped: whether the job need not wait any longer; it is then let in.
            on_wait: called once if the job has to wait.
        """
        job = Running(needed_bytes, is_alone)
        with self._changed:
            self._waiting.append(job)
            try:
                if not self._fits(job):
                    on_wait()
                while not self._fits(job) and not is_stopped():
                    self._changed.wait(self._look_seconds)
            finally:
                self._waiting.remove(job)
                self._changed.notify_all()
            self._running.append(job)
        try:
            yield job
        finally:
            with self._changed:
                self._running.remove(job)
                self._changed.notify_all()

    def _fits(self, job: Running) -> bool:
        if self._waiting[0] is not job:
            return False
        if not self._running:
            return True
        if job.is_alone or any(other.is_alone for other in self._running):
            return False
        spoken_for = sum(other.still_to_come_bytes for other in self._running)
        return job.needed_bytes + spoken_for + _RESERVE_BYTES <= self._free_bytes()
