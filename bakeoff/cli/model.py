"""Brings the trained model of a run, and answers files of texts with it."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bakeoff import layout
from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.result_sources import service
from bakeoff.cli.tables import print_plain
from bakeoff.client.cloud import Cloud
from bakeoff.client.foreground import run_in_foreground
from bakeoff.client.kept_files import FilesOfRun
from bakeoff.client.model_folder import (
    check_free,
    fetch_model,
    is_of,
    kept_model,
    read_data_card,
    usual_folder,
)
from bakeoff.client.prediction_process import predict_command
from bakeoff.client.results_folder import ResultsFolder
from bakeoff.client.saved_model import is_model_folder
from bakeoff.errors import BakeoffError, ServiceError
from bakeoff.names import is_valid_name
from bakeoff.quoting import shown
from bakeoff.request.nearest import question
from bakeoff.result_files import DATA_CARD, SUMMARY
from bakeoff.summary.document import Summary, read_summary
from bakeoff.summary.kept_model import KeptModel

RESULTS = Path("results")
_CLOUD_OF_THE_RUN = (
    "A cloud that `run --local` starts ends with the run. To keep a run's models in one, start it "
    "before with `bakeoff local up --detach`."
)


@dataclass(frozen=True)
class WantedModel:
    """Which model of which run."""

    name: str
    """The results' name, or the folder of a model."""
    candidate: str | None = None
    """None: the best."""
    run: str | None = None
    """None: the newest of that name."""
    is_local: bool = False
    """Whether the run is in the local cloud."""


@dataclass(frozen=True)
class Rows:
    """A file to answer, and how."""

    path: Path
    output: Path
    text: Sequence[str] = ()
    keep: Sequence[str] = ()
    encoding: str | None = None
    allow_remote_code: bool = False


def bring(wanted: WantedModel, output: Path | None, around: Surroundings) -> ExitStatus:
    """Puts the model into the folder `output`, or beside the results, and says how to use it."""
    folder = model_folder(wanted, output, around)
    print_plain(around.out, f"The model is in {folder}; its card is {folder / 'README.md'}.")
    print_plain(around.out, f"Use it: bakeoff predict {folder} ROWS.csv")
    return ExitStatus.OK


def predict(wanted: WantedModel, rows: Rows, around: Surroundings) -> int:
    """Answers every row of a file; the status is that of the model's own program."""
    if not rows.path.exists():
        raise BakeoffError(f"There is no file {rows.path}.")
    folder = Path(wanted.name)
    if not is_model_folder(folder):
        folder = model_folder(wanted, None, around)
    arguments = [str(rows.path.resolve()), "--output", str(rows.output.resolve())]
    arguments += [f"--text={name}" for name in rows.text]
    arguments += [f"--keep={name}" for name in rows.keep]
    arguments += [f"--encoding={rows.encoding}"] if rows.encoding else []
    arguments += ["--quiet"] if around.is_quiet else []
    arguments += ["--allow-remote-code"] if rows.allow_remote_code else []
    rows.output.resolve().parent.mkdir(parents=True, exist_ok=True)
    status = run_in_foreground(predict_command(folder, *arguments))
    if status in (ExitStatus.OK, ExitStatus.SOME_FAILED):
        around.note(f"The answers are in {rows.output}.")
    return status


def model_folder(wanted: WantedModel, output: Path | None, around: Surroundings) -> Path:
    """The folder of the model, which is fetched unless it is there already."""
    if not is_valid_name(wanted.name):
        raise BakeoffError(
            f"{shown(wanted.name)} is neither the name of results nor the folder of a model."
        )
    results = RESULTS / wanted.name
    found = _beside(results, wanted)
    if found is not None:
        return found if output is None else _copied(found, output)
    try:
        cloud = service(wanted.is_local, around)
    except ServiceError as error:
        reason = _why_not_here(wanted)
        if not reason:
            raise
        raise ServiceError(f"{reason} {error}") from error
    summary, data_card = read_run(cloud, wanted)
    kept = kept_model(summary, wanted.candidate)
    return fetch_model(
        FilesOfRun(cloud, wanted.name, summary.provenance.run),
        summary,
        kept,
        output or usual_folder(results, kept.candidate),
        data_card=read_data_card(data_card),
        say=around.note,
    )


def _beside(results: Path, wanted: WantedModel) -> Path | None:
    """The model beside downloaded results, if it is there."""
    try:
        summary = read_summary((results / SUMMARY).read_bytes(), str(results))
        if wanted.run not in (None, summary.provenance.run):
            return None
        kept: KeptModel = kept_model(summary, wanted.candidate)
    except (OSError, BakeoffError):
        return None
    folder = usual_folder(results, kept.candidate)
    return folder if is_of(folder, summary, kept) else None


def _why_not_here(wanted: WantedModel) -> str:
    """Why the model is not beside the results of this machine; empty where there are none."""
    here = ResultsFolder(RESULTS)
    if not here.has(wanted.name):
        return here.lacks(wanted.name) if here.names() else ""
    try:
        kept_model(here.results(wanted.name, wanted.run).summary(), wanted.candidate)
    except BakeoffError as error:
        return str(error)
    return ""


def _copied(folder: Path, output: Path) -> Path:
    if folder.resolve() == output.resolve():
        return folder
    check_free(output)
    shutil.rmtree(output, ignore_errors=True)
    shutil.copytree(folder, output)
    return output


def read_run(cloud: Cloud, wanted: WantedModel) -> tuple[Summary, bytes | None]:
    """The summary and the data card of the run. Raises ServiceError if there is no comparison."""

    def key(file: str) -> str:
        if wanted.run is None:
            return layout.latest_key(wanted.name, file)
        return layout.archived_key(wanted.name, wanted.run, file)

    content = cloud.read(key(SUMMARY))
    if content is None:
        names = cloud.folders(layout.RESULTS_PREFIX)
        known = f"{question(wanted.name, names)}Those there are: {', '.join(names) or 'none'}."
        of_run = "" if wanted.run is None else f", run {wanted.run}"
        hint = f" {_CLOUD_OF_THE_RUN}" if wanted.is_local else ""
        raise ServiceError(f"There are no results called {wanted.name}{of_run}. {known}{hint}")
    return read_summary(content, wanted.name), cloud.read(key(DATA_CARD))
