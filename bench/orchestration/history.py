"""What the histories of a run's executions say: its stages, its payloads, what AWS counts."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

PAYLOAD_LIMIT_BYTES = 262_144
"""Step Functions' limit of a state's input and of its output."""
EVENTS_LIMIT = 25_000
"""Step Functions' limit of an execution's history."""

_MAP = "TrainCandidates"
# The states that a run's time goes to, by what they are part of; others count as "other".
_STAGES = ("ReadRequest", "SearchModels", "PrepareData", "PlanWave", "Compare")

Events = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Payload:
    """An input or output of a state."""

    num_bytes: int
    state: str


@dataclass(frozen=True)
class Stage:
    """One stay in a state that a run's time goes to."""

    name: str
    """The state's name, or "screening", "rung 1" and so on for the jobs of a wave."""
    began: datetime
    ended: datetime

    @property
    def seconds(self) -> float:
        return (self.ended - self.began).total_seconds()


def num_events(events: Events) -> int:
    """The events that AWS writes; the emulator leaves out that a task or a Map has started."""
    return sum(1 + _left_out(event) for event in events)


def _left_out(event: dict[str, Any]) -> int:
    if event["type"] == "MapStateEntered":
        return 2  # MapRunStarted, and MapRunSucceeded or MapRunFailed
    if event["type"] != "TaskScheduled":
        return 0
    is_followed = event["taskScheduledEventDetails"]["resource"].endswith(".sync")
    return 2 if is_followed else 1  # TaskStarted, and TaskSubmitted of a job that is followed


def num_transitions(events: Events) -> int:
    """The transitions that AWS bills: each state that is entered, and each retry."""
    entered = sum(event["type"].endswith("StateEntered") for event in events)
    scheduled = sum(event["type"] == "TaskScheduled" for event in events)
    tasks = sum(event["type"] == "TaskStateEntered" for event in events)
    return entered + scheduled - tasks


def largest_payload(histories: Iterable[Events]) -> Payload:
    """The largest input or output of any state."""
    return max((payload for events in histories for payload in _payloads(events)), key=_size)


def _size(payload: Payload) -> int:
    return payload.num_bytes


def _payloads(events: Events) -> Iterable[Payload]:
    state = ""
    for event in events:
        for member, details in event.items():
            if not member.endswith("EventDetails"):
                continue
            state = details.get("name", state)
            texts = (details.get(name) or "" for name in ("input", "output"))
            yield Payload(max(len(text.encode()) for text in texts), state)


def stages(events: Events) -> list[Stage]:
    """The stays of an execution in the states that its time goes to, in their order."""
    found: list[Stage] = []
    entered: dict[str, Any] = {}
    num_rungs = 0
    for event in events:
        if event["type"].endswith("StateEntered"):
            entered = event
        elif event["type"].endswith("StateExited"):
            state = event["stateExitedEventDetails"]["name"]
            name = state if state in _STAGES else "other"
            if state == _MAP:
                name = json.loads(entered["stateEnteredEventDetails"]["input"])["stage"]
                num_rungs += name == "rung"
                name = f"rung {num_rungs}" if name == "rung" else name
            found.append(Stage(name, entered["timestamp"], event["timestamp"]))
    return found
