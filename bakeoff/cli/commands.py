"""What each command does, and the exit status that it ends with."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from bakeoff.api.comparison import failure
from bakeoff.cli.checked_request import LookInto
from bakeoff.cli.comparison_table import (
    print_comparison,
    print_data_notes,
    print_problems,
    print_verdict,
)
from bakeoff.cli.formats import Format, formatted
from bakeoff.cli.progress_view import progress_view
from bakeoff.cli.tables import print_paragraph, print_plain
from bakeoff.client.cloud import Cloud
from bakeoff.client.finished_jobs import FinishedJobs
from bakeoff.client.follow import Clock, follow
from bakeoff.client.kept_files import FilesOfRun
from bakeoff.client.request_file import RequestFile
from bakeoff.client.results import (
    Results,
    error_of_run,
    has_comparison,
    results_of_run,
    write_error,
)
from bakeoff.client.results_with_models import fetch_kept
from bakeoff.client.runs import Run
from bakeoff.client.snapshot import RunWatch, Snapshot
from bakeoff.client.starting import find_execution, submit
from bakeoff.client.uploads import upload_all
from bakeoff.errors import (
    BakeoffError,
    DocumentError,
    LocalCloudEndedError,
    RequestError,
    ServiceError,
)
from bakeoff.prepared.data_card import DataCard
from bakeoff.request.strict_json import read_json_object
from bakeoff.result_files import COMPARISON, DATA_CARD, ERROR, FINISHED, REPORT
from bakeoff.summary.document import Summary

if TYPE_CHECKING:
    from bakeoff.search.hub import Hub

_MAX_ERROR_BYTES = 10_000_000


class ExitStatus(IntEnum):
    """What scripts may rely on."""

    OK = 0
    """Every candidate has a result."""
    FAILED = 1
    """There is no comparison, for another reason than the request."""
    BAD_REQUEST = 2
    """The request or its data is wrong."""
    SOME_FAILED = 3
    """The comparison lacks some candidates, or seeds of some."""
    INTERRUPTED = 130


@dataclass(frozen=True)
class Surroundings:
    """What commands use of the world."""

    connect: Callable[[], Cloud]
    connect_hub: Callable[[], "Hub"]
    look_into: LookInto
    """Reads files of this machine as a run would."""
    local_cloud: Callable[[Callable[[str], None]], AbstractContextManager[Cloud]]
    """Connects to a local cloud, and stops it in the end if it was started for this; says what it
    does."""
    running_local_cloud: Callable[[], Cloud | None]
    """Connects to the local cloud in the background; None if there is none."""
    out: Console
    err: Console
    clock: Clock
    open_page: Callable[[str], bool]
    """Shows a URI in the user's browser; False if there is none."""
    is_quiet: bool = False
    """Whether progress is left out."""

    def note(self, text: str) -> None:
        """Prints what is neither a result nor an error."""
        if not self.is_quiet:
            print_paragraph(self.out, text)

    def note_beside(self, text: str) -> None:
        """As `note`, where programs may read the results from the standard output."""
        if not self.is_quiet:
            print_paragraph(self.err, text)


def run(file: RequestFile, output: Path, around: Surroundings) -> ExitStatus:
    """Sends the request, follows its run, and downloads the results to `output`."""
    return _run(file, around.connect(), output, around)


def run_locally(file: RequestFile, output: Path, around: Surroundings) -> ExitStatus:
    """As `run` in the local cloud."""
    around.note("Connecting to the local cloud, or starting one ...")
    try:
        with ExitStack() as resources:
            with saying_on_interrupt(around, _NOTHING_SENT):
                cloud = resources.enter_context(around.local_cloud(around.note))
            return _run(file, cloud, output, around, is_local=True)
    except LocalCloudEndedError as error:
        finished = output / file.name / FINISHED
        if not finished.exists():
            raise
        raise LocalCloudEndedError(f"{error}\nWhat had finished is in {finished}.") from error


def _run(
    file: RequestFile, cloud: Cloud, output: Path, around: Surroundings, *, is_local: bool = False
) -> ExitStatus:
    """`is_local` changes the commands with which one looks again."""
    with saying_on_interrupt(around, _NOTHING_SENT):
        content = file.content(upload_all(file, cloud, around.note, around.clock.now()))
    try:
        with saying_on_interrupt(around, _no_longer_followed(file.name, cloud, is_local)):
            submission = submit(cloud, file.name, content)
            run_id, execution = find_execution(cloud, submission, around.clock, around.note)
            around.note(f"Run {run_id} of {file.name}")
            found = Run(run_id, file.name, execution)
            snapshot = followed(cloud, found, output, around)
        with saying_on_interrupt(around, _not_fetched(file.name, cloud, is_local)):
            return show_end(cloud, found, snapshot, output, around, is_local=is_local)
    except ServiceError as error:
        if cloud.is_temporary:
            raise
        raise ServiceError(f"{error} {look_again(file.name, is_local)}") from error


@contextmanager
def saying_on_interrupt(around: Surroundings, message: str) -> Iterator[None]:
    """Says what Ctrl-C means at this stage, and goes on with ending."""
    try:
        yield
    except KeyboardInterrupt:
        print_paragraph(around.out, message)
        raise


@dataclass(frozen=True)
class View:
    """How the results are to be seen."""

    chosen_format: Format | None = None
    """None: as people read them in a terminal."""
    is_report_opened: bool = False
    picture: Path | None = None
    """Where a picture is to be written."""
    picture_of: str = "ranking"


def show_results(found: Results, view: View, around: Surroundings) -> ExitStatus:
    """Shows what a run left, a comparison or an error, as `view` wants it."""
    error = found.read(ERROR)
    if error is None:
        return _view(found, view, around)
    if COMPARISON in found.files:
        print_plain(around.err, f"The newest run failed; {COMPARISON} is of an earlier one.")
    return _show_error(read_json_object(error, _MAX_ERROR_BYTES), found, around)


def followed(cloud: Cloud, found: Run, output: Path, around: Surroundings) -> Snapshot:
    """The last look at the run, once it has ended."""
    watch = RunWatch(cloud, found.run, found.execution, around.clock.now)
    with progress_view(around.out, around.is_quiet) as view:
        return follow(watch, view, around.clock, keep=FinishedJobs(output).write)


def show_end(
    cloud: Cloud,
    found: Run,
    ended: Snapshot,
    output: Path,
    around: Surroundings,
    *,
    is_local: bool = False,
) -> ExitStatus:
    """Downloads and shows what the run left; with a local cloud, which may end, its models too."""
    name = ended.request.name if ended.request else found.name
    if ended.execution.status == "SUCCEEDED" or has_comparison(cloud, name, found.run):
        results = results_of_run(cloud, name, found.run, output)
        if is_local:
            _fetch_kept(cloud, name, found.run, results, around)
        return show_comparison(results, around)
    error = error_of_run(cloud, name, found.run, ended.execution, around.clock)
    return _show_error(error, write_error(error, output / name), around)


def _fetch_kept(cloud: Cloud, name: str, run: str, found: Results, around: Surroundings) -> None:
    """The comparison is shown all the same if they cannot be fetched."""
    try:
        fetch_kept(FilesOfRun(cloud, name, run), found, around.note)
    except BakeoffError as error:
        print_plain(around.err, f"What the run has kept could not be fetched: {error}")


def _view(found: Results, view: View, around: Surroundings) -> ExitStatus:
    if view.picture is not None:
        _draw(found, view.picture_of, view.picture)
    if view.is_report_opened:
        _open_report(found, around)
    if view.chosen_format is None:
        return show_comparison(found, around)
    # As it is: for a program that reads it, nothing may be wrapped, escaped or added.
    around.out.file.write(formatted(found, view.chosen_format))
    return _status(found.summary())


def _draw(found: Results, of: str, path: Path) -> None:
    # The libraries that draw take a second to import, and no other command needs them.
    from bakeoff.report import picture

    try:
        drawn = picture(found.summary(), of)
    except ValueError as error:
        raise BakeoffError(str(error)) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(drawn, encoding="utf-8")


def _open_report(found: Results, around: Surroundings) -> None:
    report = found.files.get(REPORT)
    if report is None:
        raise BakeoffError(
            f"There is no {REPORT} in {found.folder}: the run has not ended, or left none."
        )
    if not around.open_page(report.resolve().as_uri()):
        print_plain(around.err, f"No browser could be started: open {report} in one.")


def show_comparison(found: Results, around: Surroundings) -> ExitStatus:
    """Prints the verdict, the table, what to know of both, and where the files are."""
    summary = found.summary()
    print_verdict(around.out, summary.verdict)
    print_comparison(around.out, summary)
    print_data_notes(around.out, _data_notes(found))
    _print_paths(found, around)
    if summary.kept_models:
        name = summary.provenance.name
        around.note(f"Answer your own rows with the best model: bakeoff predict {name} ROWS.csv")
    for kept in summary.kept_models:
        if kept.package_arn:
            around.note(f"In the Model Registry, waiting for approval: {kept.package_arn}")
        if kept.package_problem:
            around.note(f"The model could not be registered: {kept.package_problem}")
    return _status(summary)


def _data_notes(found: Results) -> list[str]:
    """How the data were read; nothing if the run left no data card that can be read."""
    content = found.read(DATA_CARD)
    try:
        return DataCard.from_json(content).notes if content is not None else []
    except DocumentError:
        return []


def _status(summary: Summary) -> ExitStatus:
    has_losses = any(each.has_losses for each in summary.candidates)
    return ExitStatus.SOME_FAILED if has_losses else ExitStatus.OK


def _show_error(error: Mapping[str, Any], found: Results, around: Surroundings) -> ExitStatus:
    print_problems(around.err, error["problems"])
    _print_paths(found, around)
    is_rejected = isinstance(failure(error), RequestError)
    return ExitStatus.BAD_REQUEST if is_rejected else ExitStatus.FAILED


def _print_paths(found: Results, around: Surroundings) -> None:
    for path in found.files.values():
        print_plain(around.out, str(path))


_NOTHING_SENT = "Interrupted: the request was not sent, so nothing runs."


def _no_longer_followed(name: str, cloud: Cloud, is_local: bool) -> str:
    if cloud.is_temporary:
        return (
            "Interrupted: the local cloud that was started for this run ends, and the run with it."
        )
    return f"No longer following; the run goes on. {look_again(name, is_local)}"


def _not_fetched(name: str, cloud: Cloud, is_local: bool) -> str:
    if cloud.is_temporary:
        return "Interrupted: the run has ended, but not all of its results were fetched."
    command = f"bakeoff results {name}{_option(is_local)}"
    return f"Interrupted: the run has ended. Fetch its results with `{command}`."


def look_again(name: str, is_local: bool = False) -> str:
    option = _option(is_local)
    return (
        f"Look again with `bakeoff status {name} --follow{option}`; at its end, "
        f"`bakeoff results {name}{option}`. To stop it: `bakeoff stop {name}{option}`."
    )


def _option(is_local: bool) -> str:
    return " --local" if is_local else ""
