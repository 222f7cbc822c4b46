"""`status`: the recent runs, or what one of them is doing."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from bakeoff.cli.commands import (
    ExitStatus,
    Surroundings,
    followed,
    look_again,
    saying_on_interrupt,
    show_end,
)
from bakeoff.cli.progress_view import print_progress
from bakeoff.cli.result_sources import note_folder, service
from bakeoff.cli.tables import Header, print_paragraph, print_plain, print_table
from bakeoff.client.cloud import Cloud
from bakeoff.client.phase import phase
from bakeoff.client.progress import progress
from bakeoff.client.progress_text import duration
from bakeoff.client.results_folder import KeptRun, ResultsFolder
from bakeoff.client.runs import Run, newest_run, recent_runs
from bakeoff.client.snapshot import RunWatch
from bakeoff.client.time_left import time_left
from bakeoff.errors import ServiceError

MAX_LISTED_RUNS = 20
_ENDED = {
    "succeeded": "has succeeded: `bakeoff results {} --local` shows it",
    "failed": "has failed: `bakeoff results {} --local` says why",
    "unfinished": "has not ended, or was broken off: the jobs that have finished are in "
    "finished.csv",
}


def status(
    name: str | None, is_followed: bool, output: Path, is_local: bool, around: Surroundings
) -> ExitStatus:
    """All recent runs, or the newest one called `name`: of the service, else those in `output`."""
    here = ResultsFolder(output)
    try:
        cloud = service(is_local, around)
        if name is None:
            _print_runs(list(islice(recent_runs(cloud), MAX_LISTED_RUNS)), around)
            return ExitStatus.OK
        found = newest_run(cloud, name)
    except ServiceError as error:
        if name is None and here.names():
            note_folder(output, error, around)
            _print_kept(here.runs()[:MAX_LISTED_RUNS], around)
        elif name is not None and here.has(name):
            note_folder(output / name, error, around)
            _print_end(here.run_of(name), around)
        elif name is not None and here.names():
            raise ServiceError(f"{error} {here.lacks(name)}") from error
        else:
            raise
        return ExitStatus.OK
    if is_followed:
        with saying_on_interrupt(around, look_again(name, is_local)):
            snapshot = followed(cloud, found, output, around)
            return show_end(cloud, found, snapshot, output, around)
    _print_run(cloud, found, around)
    return ExitStatus.OK


def _print_run(cloud: Cloud, found: Run, around: Surroundings) -> None:
    snapshot = RunWatch(cloud, found.run, found.execution, around.clock.now).look()
    now = snapshot.execution.stopped or around.clock.now()
    seconds = (now - snapshot.execution.started).total_seconds()
    print_plain(around.out, f"Run {found.run} of {found.name}")
    left = time_left(snapshot, now)
    print_progress(around.out, phase(snapshot), progress(snapshot, now), seconds, left)


def _print_runs(runs: Sequence[Run], around: Surroundings) -> None:
    if not runs:
        print_plain(around.out, "Nothing was run yet.")
        return
    headers = [Header("name"), Header("run"), Header("state"), Header("started")]
    headers += [Header("elapsed", is_number=True)]
    rows = [
        [
            run.name,
            run.run,
            run.execution.status.lower().replace("_", " "),
            run.execution.started.astimezone().strftime("%Y-%m-%d %H:%M"),
            duration(
                (
                    (run.execution.stopped or around.clock.now()) - run.execution.started
                ).total_seconds()
            ),
        ]
        for run in runs
    ]
    print_table(around.out, headers, rows)


def _print_kept(runs: Sequence[KeptRun], around: Surroundings) -> None:
    headers = [Header("name"), Header("run"), Header("state"), Header("requested")]
    rows = [[run.name, run.run, run.state, _minute(run)] for run in runs]
    print_table(around.out, headers, rows)


def _print_end(run: KeptRun, around: Surroundings) -> None:
    which = f"Run {run.run} of {run.name}" if run.run else f"The run of {run.name}"
    when = f", requested at {_minute(run)}," if run.requested_at else ""
    print_paragraph(around.out, f"{which}{when} {_ENDED[run.state].format(run.name)}.")


def _minute(run: KeptRun) -> str:
    return run.requested_at.astimezone().strftime("%Y-%m-%d %H:%M") if run.requested_at else ""
