"""The event that starts a run: S3, through EventBridge, saying that an object was created."""

from dataclasses import dataclass
from typing import Any

from bakeoff import names
from bakeoff.errors import ExecutionInputError
from bakeoff.layout import REQUESTS_PREFIX


@dataclass(frozen=True)
class RequestEvent:
    """An object that was created, and the run that it starts."""

    bucket: str
    key: str
    """As it is in S3: EventBridge, other than S3's own notifications, does not URL-encode it."""
    version: str
    """Distinguishes this upload from others of the same key."""
    version_id: str | None
    """S3's version of the object; None in a bucket without versions."""
    time: str | None = None
    """When it was uploaded, as ISO 8601; None if the event does not say."""

    @classmethod
    def from_event(cls, event: object) -> "RequestEvent":
        """Raises ExecutionInputError for anything but S3's "Object Created" event."""
        detail = _member(event, "detail", dict)
        bucket = _member(_member(detail, "bucket", dict), "name", str)
        written = _member(detail, "object", dict)
        key = _member(written, "key", str)
        version_id = written.get("version-id") or None
        version = version_id or written.get("sequencer") or _unversioned(event, written)
        return cls(bucket, key, str(version), version_id, _time(event))

    @property
    def is_request(self) -> bool:
        """Whether the key is that of a request: everything else must never start a run."""
        file_name = self.key.removeprefix(REQUESTS_PREFIX)
        return (
            self.key.startswith(REQUESTS_PREFIX)
            and "/" not in file_name
            and file_name.endswith(".json")
        )

    @property
    def run(self) -> str:
        return names.run_id(self.bucket, self.key, self.version)

    @property
    def results_name(self) -> str:
        """Where the results go if the request gives no name, or cannot be read."""
        return names.results_name(self.key)


def _time(event: Any) -> str | None:
    time = event.get("time")
    return time if isinstance(time, str) else None


def _unversioned(event: Any, written: dict[str, Any]) -> str:
    etag, event_id = written.get("etag"), event.get("id")
    if not etag and not event_id:
        raise ExecutionInputError(
            "the event's detail.object has neither version-id, sequencer nor etag: start runs "
            f"by uploading a request to {REQUESTS_PREFIX}, not by hand"
        )
    return f"{etag}-{event_id}"


def _member(container: object, name: str, kind: type) -> Any:
    value = container.get(name) if isinstance(container, dict) else None
    if not isinstance(value, kind) or not value:
        raise ExecutionInputError(
            f'the execution\'s input has no "{name}" where S3\'s "Object Created" event has one: '
            f"start runs by uploading a request to {REQUESTS_PREFIX}"
        )
    return value
