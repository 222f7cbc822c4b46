"""Sends requests and follows their runs."""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bakeoff import wording
from bakeoff.api.comparison import Comparison, failure
from bakeoff.api.requests import request_file
from bakeoff.client import follow as following
from bakeoff.client import starting
from bakeoff.client.cloud import Cloud
from bakeoff.client.finished_jobs import FinishedJobs
from bakeoff.client.kept_files import FilesOfRun
from bakeoff.client.local_cloud import local_cloud
from bakeoff.client.phase import phase
from bakeoff.client.progress import CandidateProgress, progress
from bakeoff.client.progress_text import ProgressLines, described, duration
from bakeoff.client.results import (
    error_of_run,
    has_comparison,
    results_of_run,
    write_error,
)
from bakeoff.client.results_with_models import fetch_kept
from bakeoff.client.snapshot import RunWatch, Snapshot
from bakeoff.client.uploads import upload_all
from bakeoff.errors import ServiceError, StillRunningError
from bakeoff.request.schema import Request

RESULTS_FOLDER = "results"

Say = Callable[[str], None]
AnyRequest = Mapping[str, Any] | str | Path | Request

_CLOCK = following.Clock(now=lambda: datetime.now(UTC), sleep=time.sleep)


@dataclass(frozen=True)
class Surroundings:
    """What a run needs from outside; tests pass their own."""

    connect: Callable[[], Cloud] = Cloud.connect
    local_cloud: Callable[[Say], AbstractContextManager[Cloud]] = local_cloud
    clock: following.Clock = _CLOCK


@dataclass(frozen=True)
class RunStatus:
    """A run at one moment."""

    phase: str
    """What the run as a whole is doing: `Training`, for instance, or `Succeeded`."""
    has_ended: bool
    seconds: float
    """Since its start."""
    candidates: list[CandidateProgress]
    """In the request's order; empty before the request is read."""

    def __repr__(self) -> str:
        lines = [f"{each.label}: {described(each)}" for each in self.candidates]
        return "\n".join([f"{self.phase}, {duration(self.seconds)}", *lines])


class StartedRun:
    """A run that goes on while the program does other things.

    In a local cloud that was started for it, the run ends when this object is closed (it is a
    context manager) or the program ends. On AWS it goes on in any case.
    """

    def __init__(
        self,
        name: str,
        watch: RunWatch,
        cloud: Cloud,
        output: Path,
        clock: following.Clock,
        resources: ExitStack,
    ) -> None:
        self.name = name
        self.run = watch.run
        self._watch = watch
        self._cloud = cloud
        self._output = output
        self._clock = clock
        self._resources = resources
        self._last: Snapshot | None = None
        self._outcome: Comparison | Exception | None = None

    def status(self) -> RunStatus:
        """What the run is doing now. Raises ServiceError if the cloud cannot be reached."""
        return self._described(self._looked())

    def wait(self, timeout_seconds: float | None = None, say: Say | None = None) -> Self:
        """Blocks until the run has ended, well or badly.

        `say` receives a line whenever something changes.

        Raises StillRunningError if the run has not ended after `timeout_seconds`.
        """
        if self._outcome is None:
            with ProgressLines(say or _silent) as view:
                self._last = self._followed(view, timeout_seconds)
            if not _has_ended(self._last):
                raise StillRunningError(
                    f"{self.name} has not ended after {wording.duration(timeout_seconds or 0)}: "
                    "call wait() again."
                )
            self._conclude(self._last)
        return self

    def _followed(self, view: ProgressLines, timeout_seconds: float | None) -> Snapshot:
        keep = FinishedJobs(self._output).write
        try:
            return following.follow(self._watch, view, self._clock, timeout_seconds, keep)
        except ServiceError:
            # A local cloud that was started for this run says what has become of it.
            with self._resources.pop_all():
                raise

    def results(self) -> Comparison:
        """The comparison, which is also downloaded to the run's output folder.

        Raises:
            StillRunningError: the run has not ended; wait() blocks until it has.
            RequestError: the request or its data is wrong; with all problems.
            RunFailedError: the run ended without a comparison for another reason.
        """
        if self._outcome is None:
            looked = self._looked()
            if not _has_ended(looked):
                raise StillRunningError(f"{self.name} has not ended: call wait() first.")
            self._conclude(looked)
        if isinstance(self._outcome, Exception):
            raise self._outcome
        assert self._outcome is not None
        return self._outcome

    def close(self) -> None:
        """Ends the local cloud that was started for this run; does nothing on AWS."""
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "running" if self._last is None else phase(self._last).lower()
        return f"<run {self.run} of {self.name}: {state}>"

    def _looked(self) -> Snapshot:
        if self._last is None or not _has_ended(self._last):
            self._last = self._watch.look()
        return self._last

    def _described(self, snapshot: Snapshot) -> RunStatus:
        now = snapshot.execution.stopped or self._clock.now()
        seconds = (now - snapshot.execution.started).total_seconds()
        return RunStatus(phase(snapshot), _has_ended(snapshot), seconds, progress(snapshot, now))

    def _conclude(self, ended: Snapshot) -> None:
        """Fetches what the run left while its cloud is still there."""
        name = ended.request.name if ended.request else self.name
        is_compared = has_comparison(self._cloud, name, self.run)
        if ended.execution.status == "SUCCEEDED" or is_compared:
            found = results_of_run(self._cloud, name, self.run, self._output)
            if self._cloud.is_temporary:
                fetch_kept(FilesOfRun(self._cloud, name, self.run), found)
            files = {file: path.read_bytes() for file, path in found.files.items()}
            self._outcome = Comparison(files, str(found.folder))
        else:
            error = error_of_run(self._cloud, name, self.run, ended.execution, self._clock)
            write_error(error, self._output / name)
            self._outcome = failure(error)
        self.close()


def submit(
    request: AnyRequest,
    *,
    local: bool = False,
    output: str | Path = RESULTS_FOLDER,
    say: Say | None = None,
) -> StartedRun:
    """Starts a run and returns at once, as soon as the service has taken the request.

    Args:
        request: a request as a mapping, the path of a JSON file, or a Request. The `dataset` of a
            mapping may be a pandas DataFrame, a datasets.Dataset, or a mapping of `train`,
            `validation` and `test` to these; docs/python.md has the details.
        local: whether to use the local cloud rather than AWS.
        output: the folder that gets NAME/comparison.csv and the other results at the end.
        say: receives lines on what happens.

    Raises:
        RequestError: the request is wrong; with all problems.
        ServiceError: the service or the local cloud cannot be reached.
    """
    return start(request, Surroundings(), local=local, output=Path(output), say=say or _silent)


def start(
    request: AnyRequest, around: Surroundings, *, local: bool, output: Path, say: Say
) -> StartedRun:
    """As `submit`, with the world passed in."""
    with ExitStack() as resources, request_file(request) as file:
        if local:
            say("Connecting to the local cloud, or starting one ...")
            cloud = resources.enter_context(around.local_cloud(say))
        else:
            cloud = around.connect()
        content = file.content(upload_all(file, cloud, say, around.clock.now()))
        submission = starting.submit(cloud, file.name, content)
        run_id, execution = starting.find_execution(cloud, submission, around.clock, say)
        say(f"Run {run_id} of {file.name}")
        watch = RunWatch(cloud, run_id, execution, around.clock.now)
        return StartedRun(file.name, watch, cloud, Path(output), around.clock, resources.pop_all())


def run(
    request: AnyRequest,
    *,
    local: bool = False,
    output: str | Path = RESULTS_FOLDER,
    say: Say | None = print,
) -> Comparison:
    """Runs a comparison and waits for its results.

    Arguments as for `submit`; `say` prints the progress, None keeps silent. Interrupted, a run on
    AWS goes on; one in a local cloud that was started for it ends.

    Raises RequestError with all problems, RunFailedError if the run ends without a comparison,
    and ServiceError if the service or the local cloud cannot be reached.
    """
    with submit(request, local=local, output=output, say=say) as started:
        return started.wait(say=say).results()


def _has_ended(snapshot: Snapshot) -> bool:
    return snapshot.execution.status != "RUNNING"


def _silent(line: str) -> None:
    pass
