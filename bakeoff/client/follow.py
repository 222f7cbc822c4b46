"""A run from the start of its execution to its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from bakeoff.client.cloud import Execution
from bakeoff.client.phase import phase
from bakeoff.client.progress import CandidateProgress, progress
from bakeoff.client.snapshot import RunWatch, Snapshot
from bakeoff.client.time_left import TimeLeft, time_left
from bakeoff.errors import ExecutionInputError
from bakeoff.request.upload import RequestEvent

_POLL_SECONDS = 2.0
# Every job that runs costs three calls a look; the APIs allow a few a second.
_POLL_SECONDS_PER_JOB = 0.5


@dataclass(frozen=True)
class Clock:
    """Time, passed in so that tests need not wait. `now` is aware of its time zone."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]


class ProgressView(Protocol):
    """Shows what it is given, until it is closed."""

    def show(
        self,
        phase: str,
        candidates: Sequence[CandidateProgress],
        seconds: float,
        left: TimeLeft | None = None,
    ) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def follow(
    watch: RunWatch,
    view: ProgressView,
    clock: Clock,
    timeout_seconds: float | None = None,
    keep: Callable[[Snapshot], None] = lambda snapshot: None,
) -> Snapshot:
    """Shows the run until its execution has ended, or the time is up; returns the last look.

    `keep` gets every look, before anything can go wrong with the next one.
    """
    started = clock.now()
    while True:
        snapshot = watch.look()
        keep(snapshot)
        now = clock.now()
        seconds = (now - snapshot.execution.started).total_seconds()
        view.show(phase(snapshot), progress(snapshot, now), seconds, time_left(snapshot, now))
        if snapshot.execution.status != "RUNNING":
            return snapshot
        pause_seconds = max(_POLL_SECONDS, _POLL_SECONDS_PER_JOB * len(snapshot.jobs))
        if timeout_seconds is not None:
            left_seconds = timeout_seconds - (now - started).total_seconds()
            if left_seconds <= 0:
                return snapshot
            pause_seconds = min(pause_seconds, left_seconds)
        clock.sleep(pause_seconds)


def request_event(execution: Execution) -> RequestEvent | None:
    """The event that started the execution; None if it was started otherwise."""
    try:
        event = RequestEvent.from_event(execution.event)
    except ExecutionInputError:
        return None
    return event if event.is_request else None
