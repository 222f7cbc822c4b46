"""Runs that were started earlier, found again through the state machine's executions."""

from collections.abc import Iterator
from dataclasses import dataclass

from bakeoff import layout
from bakeoff.client.cloud import Cloud, Execution
from bakeoff.client.follow import request_event
from bakeoff.errors import ServiceError
from bakeoff.request.resolved import RequestName


@dataclass(frozen=True)
class Run:
    """One run of the request called `name`."""

    run: str
    name: str
    execution: Execution


def recent_runs(cloud: Cloud) -> Iterator[Run]:
    """The newest fifty at most, newest first."""
    seen: set[str] = set()
    for arn in cloud.execution_arns():
        execution = cloud.execution(arn)
        event = request_event(execution)
        # An event delivered twice has two executions, and is one run.
        if event is None or event.run in seen:
            continue
        seen.add(event.run)
        content = cloud.read(layout.resolved_request_key(event.run))
        name = RequestName.from_json(content).name if content else event.results_name
        yield Run(event.run, name, execution)


def newest_run(cloud: Cloud, text: str) -> Run:
    """The newest run called `text`, or the one with this id.

    Raises ServiceError, which names those there are, if it is none of the newest runs.
    """
    names: dict[str, None] = {}
    for run in recent_runs(cloud):
        if text in (run.name, run.run):
            return run
        names[run.name] = None
    known = f"the newest are {', '.join(names)}" if names else "nothing was run yet"
    raise ServiceError(f"No recent run is called {text}: {known}.")
