"""A job's output in CloudWatch Logs."""

import contextlib
import time
from collections.abc import Iterable
from typing import Any

_MAX_EVENT_BYTES = 250_000
_MAX_EVENTS = 1000


class LogStream:
    """One log stream, created at its first event."""

    def __init__(self, logs: Any, group: str, stream: str) -> None:
        self._logs = logs
        self._group = group
        self._stream = stream
        self._is_created = False

    def write(self, lines: Iterable[str]) -> None:
        """Append lines, all stamped with now."""
        now_ms = int(time.time() * 1000)
        events = [
            {"timestamp": now_ms, "message": line[:_MAX_EVENT_BYTES]}
            for line in lines
            if line.strip()
        ]
        if events and not self._is_created:
            self._create()
        for start in range(0, len(events), _MAX_EVENTS):
            self._logs.put_log_events(
                logGroupName=self._group,
                logStreamName=self._stream,
                logEvents=events[start : start + _MAX_EVENTS],
            )

    def _create(self) -> None:
        exists = self._logs.exceptions.ResourceAlreadyExistsException
        with contextlib.suppress(exists):
            self._logs.create_log_group(logGroupName=self._group)
        with contextlib.suppress(exists):
            self._logs.create_log_stream(logGroupName=self._group, logStreamName=self._stream)
        self._is_created = True
