"""A request from its upload to the start of its execution."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bakeoff import layout
from bakeoff.client.cloud import Cloud, Execution, StoredObject
from bakeoff.client.deployment import Deployment
from bakeoff.client.follow import Clock, request_event
from bakeoff.client.progress_text import duration
from bakeoff.errors import ServiceError
from bakeoff.request.upload import RequestEvent

START_WAIT_SECONDS = 120.0
_START_POLL_SECONDS = 1.0

# A new bucket's events are dropped without a trace for about five minutes, by S3's documentation.
EVENTS_DELAY_SECONDS = 330.0
# Even then most arrive, and soon; one that is late must not be sent again too early.
_FIRST_WAIT_SECONDS = 60.0
_SAID_AFTER_SECONDS = 10.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Submission:
    """A request that is in the bucket."""

    key: str
    content: bytes
    stored: StoredObject
    earlier_executions: frozenset[str]
    """ARNs of those that were there before, so none of them is this one's."""


def submit(cloud: Cloud, name: str, content: bytes) -> Submission:
    """Puts the request where it starts an execution."""
    earlier = frozenset(cloud.execution_arns())
    key = f"{layout.REQUESTS_PREFIX}{name}.json"
    return Submission(key, content, cloud.put(key, content), earlier)


def find_execution(
    cloud: Cloud, submission: Submission, clock: Clock, say: Say
) -> tuple[str, Execution]:
    """The run and the execution that the request started.

    Soon after a deployment the request may start nothing; it is then put once more, as soon as
    that must help.

    Raises ServiceError if nothing has started two minutes after the last put.
    """
    search = _Search(cloud, submission, clock)
    again_at = _sent_again_at(cloud.deployment, clock.now())
    if again_at is not None:
        found = search.until(again_at, lambda: say(_may_start_nothing(again_at, clock.now())))
        if found is not None:
            return found
        say("Nothing has started: sending the request again.")
        search.accept(cloud.put(submission.key, submission.content))
    found = search.until(clock.now() + timedelta(seconds=START_WAIT_SECONDS))
    if found is None:
        raise ServiceError(_nothing_started(cloud, submission.key))
    return found


class _Search:
    """Looks at each new execution once."""

    def __init__(self, cloud: Cloud, submission: Submission, clock: Clock) -> None:
        self._cloud = cloud
        self._key = submission.key
        self._puts = [submission.stored]
        self._clock = clock
        self._seen = set(submission.earlier_executions)

    def accept(self, stored: StoredObject) -> None:
        """Look for an execution of this version of the request, too."""
        self._puts.append(stored)

    def until(
        self, end: datetime, on_delay: Callable[[], None] | None = None
    ) -> tuple[str, Execution] | None:
        """The run and its execution; None if there is none by the time `end`.

        `on_delay` is called once if it takes longer than usual.
        """
        delayed = self._clock.now() + timedelta(seconds=_SAID_AFTER_SECONDS)
        while True:
            found = self._look()
            now = self._clock.now()
            if found is not None or now >= end:
                return found
            if on_delay is not None and now >= delayed:
                on_delay()
                on_delay = None
            self._clock.sleep(_START_POLL_SECONDS)

    def _look(self) -> tuple[str, Execution] | None:
        for arn in self._cloud.execution_arns():
            if arn in self._seen:
                continue
            self._seen.add(arn)
            execution = self._cloud.execution(arn)
            event = request_event(execution)
            if event is not None and event.key == self._key and self._is_ours(event, execution):
                return event.run, execution
        return None

    def _is_ours(self, event: RequestEvent, execution: Execution) -> bool:
        return any(_is_of(event, execution, stored) for stored in self._puts)


def _is_of(event: RequestEvent, execution: Execution, stored: StoredObject) -> bool:
    if event.version_id is not None and stored.version_id is not None:
        return event.version_id == stored.version_id
    # Not every cloud's events contain the version; the content's hash is the next best.
    etag = execution.event["detail"]["object"].get("etag")
    return etag is None or etag.strip('"') == stored.etag


def _sent_again_at(deployment: Deployment, now: datetime) -> datetime | None:
    """When a request that was put now has to be put again; None if its event cannot be dropped."""
    if deployment.deployed_at is None:
        return None
    reliable = deployment.deployed_at + timedelta(seconds=EVENTS_DELAY_SECONDS)
    if now >= reliable:
        return None
    return max(reliable, now + timedelta(seconds=_FIRST_WAIT_SECONDS))


def _may_start_nothing(again_at: datetime, now: datetime) -> str:
    return (
        "Nothing has started yet. In the first five minutes after a deployment S3 may not report "
        f"a request; it is sent again in {duration((again_at - now).total_seconds())} unless it "
        "starts before."
    )


def _nothing_started(cloud: Cloud, key: str) -> str:
    uri = layout.s3_uri(cloud.deployment.bucket, key)
    return (
        f"{uri} is stored, but started no execution within {START_WAIT_SECONDS:.0f} s: look at "
        "the stack's EventBridge rule and its dead-letter queue, then send the request again."
    )
