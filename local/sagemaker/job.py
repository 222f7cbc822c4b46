"""One job as the API describes it, shared by the thread that runs it and those that describe it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.sagemaker.clients import Scope

MAX_FAILURE_REASON = 1024
_FINAL = ("Completed", "Failed", "Stopped")


@dataclass(frozen=True)
class JobKind:
    """Names of fields and resources that differ between training and processing jobs."""

    word: str
    """`Training` or `Processing`."""

    @property
    def name_field(self) -> str:
        return f"{self.word}JobName"

    @property
    def arn_field(self) -> str:
        return f"{self.word}JobArn"

    @property
    def status_field(self) -> str:
        return f"{self.word}JobStatus"

    @property
    def resource(self) -> str:
        return f"{self.word.lower()}-job"

    @property
    def log_group(self) -> str:
        return f"/aws/sagemaker/{self.word}Jobs"


TRAINING = JobKind("Training")
PROCESSING = JobKind("Processing")


@dataclass
class Job:
    """A job's request and current state."""

    kind: JobKind
    scope: Scope
    request: Mapping[str, Any]
    stop_requested: threading.Event = field(default_factory=threading.Event)
    finished: threading.Event = field(default_factory=threading.Event)
    tags: list[dict[str, str]] = field(default_factory=list)
    execution: str = ""
    """The ARN of the execution that has created it; empty if it was not an execution."""
    on_end: "Callable[[Job], None] | None" = None
    """Called once the job has its final status, before threads that wait for it continue."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._created = datetime.now(UTC)
        self._details: dict[str, Any] = {}
        self._status = "InProgress"
        self._transitions: list[dict[str, Any]] = []
        self.tags = list(self.request.get("Tags", []))

    @property
    def name(self) -> str:
        return str(self.request[self.kind.name_field])

    @property
    def arn(self) -> str:
        return self.scope.arn(f"{self.kind.resource}/{self.name}")

    @property
    def instance_type(self) -> str:
        resources = self.request.get("ResourceConfig")
        if resources is None:
            resources = self.request["ProcessingResources"]["ClusterConfig"]
        return str(resources.get("InstanceType", ""))

    @property
    def log_stream(self) -> str:
        return f"{self.name}/algo-1-{int(self._created.timestamp())}"

    @property
    def status(self) -> str:
        with self._lock:
            return self._status

    @property
    def is_final(self) -> bool:
        return self.status in _FINAL

    def stop(self) -> None:
        """Request the job to stop; it soon ends with the status Stopped."""
        with self._lock:
            if self._status == "InProgress":
                self._status = "Stopping"
        self.stop_requested.set()

    def enter(self, secondary_status: str, message: str, **details: Any) -> None:
        """Record a phase (Starting, Downloading, Training, ...) and new fields to describe."""
        with self._lock:
            self._begin_phase(secondary_status, message)
            self._details |= details

    def finish(self, status: str, secondary_status: str, message: str, **details: Any) -> None:
        """Record the end: `status` is Completed, Failed or Stopped."""
        with self._lock:
            self._begin_phase(secondary_status, message)
            self._transitions[-1]["EndTime"] = datetime.now(UTC)
            self._details |= details
            self._status = status
        try:
            if self.on_end is not None:
                self.on_end(self)
        finally:
            self.finished.set()

    def describe(self) -> dict[str, Any]:
        """The response of Describe...Job."""
        request = {name: value for name, value in self.request.items() if name != "Tags"}
        with self._lock:
            changed = self._transitions[-1]["StartTime"] if self._transitions else self._created
            described = {
                **request,
                self.kind.arn_field: self.arn,
                self.kind.status_field: self._status,
                "CreationTime": self._created,
                "LastModifiedTime": changed,
                **self._details,
            }
            if self.kind is TRAINING and self._transitions:
                described["SecondaryStatus"] = self._transitions[-1]["Status"]
                described["SecondaryStatusTransitions"] = [dict(each) for each in self._transitions]
        return described

    def summary(self) -> dict[str, Any]:
        """The job's entry in List...Jobs."""
        described = self.describe()
        end_field = "TrainingEndTime" if self.kind is TRAINING else "ProcessingEndTime"
        fields = (self.kind.name_field, self.kind.arn_field, self.kind.status_field)
        times = ("CreationTime", "LastModifiedTime", end_field)
        return {name: described[name] for name in (*fields, *times) if name in described}

    def _begin_phase(self, status: str, message: str) -> None:
        now = datetime.now(UTC)
        if self._transitions:
            self._transitions[-1]["EndTime"] = now
        self._transitions.append({"Status": status, "StartTime": now, "StatusMessage": message})
