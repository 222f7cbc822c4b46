"""A request from its upload to the end of its execution."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from bakeoff import layout
from bakeoff.client.cloud import Cloud, Execution, StoredObject
from bakeoff.client.progress import CandidateProgress, phase, progress
from bakeoff.client.snapshot import RunWatch, Snapshot
from bakeoff.errors import ExecutionInputError, ServiceError
from bakeoff.request.upload import RequestEvent

START_WAIT_SECONDS = 120.0
_START_POLL_SECONDS = 1.0
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

    def show(self, phase: str, candidates: Sequence[CandidateProgress], seconds: float) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


@dataclass(frozen=True)
class Submission:
    """A request that is in the bucket."""

    key: str
    stored: StoredObject
    earlier_executions: frozenset[str]
    """ARNs of those that were there before, so none of them is this one's."""


def submit(cloud: Cloud, name: str, content: bytes) -> Submission:
    """Puts the request where it starts an execution."""
    earlier = frozenset(cloud.execution_arns())
    key = f"{layout.REQUESTS_PREFIX}{name}.json"
    return Submission(key, cloud.put(key, content), earlier)


def find_execution(cloud: Cloud, submission: Submission, clock: Clock) -> tuple[str, Execution]:
    """The run and the execution that the request started.

    Raises ServiceError if there is none after two minutes.
    """
    seen = set(submission.earlier_executions)
    waited_seconds = 0.0
    while True:
        for arn in cloud.execution_arns():
            if arn in seen:
                continue
            seen.add(arn)
            execution = cloud.execution(arn)
            event = request_event(execution)
            if event is not None and _is_of(event, execution, submission):
                return event.run, execution
        if waited_seconds >= START_WAIT_SECONDS:
            raise ServiceError(_nothing_started(cloud, submission.key))
        clock.sleep(_START_POLL_SECONDS)
        waited_seconds += _START_POLL_SECONDS


def follow(
    watch: RunWatch, view: ProgressView, clock: Clock, timeout_seconds: float | None = None
) -> Snapshot:
    """Shows the run until its execution has ended, or the time is up; returns the last look."""
    started = clock.now()
    while True:
        snapshot = watch.look()
        now = clock.now()
        seconds = (now - snapshot.execution.started).total_seconds()
        view.show(phase(snapshot), progress(snapshot, now), seconds)
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


def _is_of(event: RequestEvent, execution: Execution, submission: Submission) -> bool:
    if event.key != submission.key:
        return False
    if event.version_id is not None and submission.stored.version_id is not None:
        return event.version_id == submission.stored.version_id
    # Not every cloud's events contain the version; the content's hash is the next best.
    etag = execution.event["detail"]["object"].get("etag")
    return etag is None or etag.strip('"') == submission.stored.etag


def _nothing_started(cloud: Cloud, key: str) -> str:
    uri = layout.s3_uri(cloud.deployment.bucket, key)
    return (
        f"{uri} is stored, but started no execution within {START_WAIT_SECONDS:.0f} s: look at "
        "the stack's EventBridge rule and its dead-letter queue, then send the request again."
    )
