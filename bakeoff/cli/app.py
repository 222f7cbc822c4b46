"""The commands as typed: `python -m bakeoff validate`, `estimate`, `run` and the others."""

import os
import time
import webbrowser
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bakeoff import __version__
from bakeoff.cli import commands
from bakeoff.cli.arguments import (
    EarlierRun,
    Encoding,
    Label,
    LabelDelimiter,
    Local,
    Models,
    MoreModels,
    Name,
    Output,
    RequestPath,
    TaskName,
    TestRows,
    Text,
    checked_name,
)
from bakeoff.cli.commands import Surroundings, View
from bakeoff.cli.compare_again import compare_and_show
from bakeoff.cli.deploy import print_endpoints
from bakeoff.cli.deploy_commands import add_deploy_commands
from bakeoff.cli.ending import end
from bakeoff.cli.estimate import print_estimate
from bakeoff.cli.formats import Format, PictureOf
from bakeoff.cli.init import write_request
from bakeoff.cli.local_app import local_app
from bakeoff.cli.model_commands import add_model_commands
from bakeoff.cli.quotas import validate_with_quotas
from bakeoff.cli.result_sources import bring_predictions, find_results
from bakeoff.cli.rows_request import GivenRows
from bakeoff.cli.run import run_request
from bakeoff.cli.search_command import add_search_command
from bakeoff.cli.side_by_side import print_side_by_side
from bakeoff.cli.status import status as print_status
from bakeoff.cli.stop import stop_run
from bakeoff.cli.validate import validate as check_request
from bakeoff.client.cloud import Cloud
from bakeoff.client.first_look import look_into
from bakeoff.client.follow import Clock
from bakeoff.client.local_cloud import local_cloud, running_local_cloud
from bakeoff.names import is_valid_name

if TYPE_CHECKING:
    from bakeoff.search.hub import Hub

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Fine-tune several NLP models on one data set under the same conditions, and compare "
    "them. Exit status: 0 every candidate has a result, 1 no comparison, 2 an invalid request, "
    "3 some candidates failed.",
)
app.add_typer(local_app, name="local")


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"bakeoff {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print results and errors, but no progress.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version."
        ),
    ] = False,
) -> None:
    """Options of all commands."""
    around = context.obj or _surroundings()
    context.obj = replace(around, is_quiet=quiet)


@app.command()
def validate(
    context: typer.Context,
    request: RequestPath,
    quotas: Annotated[
        bool, typer.Option("--quotas", help="Also check the account's quotas for its jobs.")
    ] = False,
) -> None:
    """Check a request without sending it."""
    check = validate_with_quotas if quotas else check_request
    end(context, lambda around: check(request, around))


@app.command()
def estimate(
    context: typer.Context,
    request: RequestPath,
    local: Annotated[
        bool, typer.Option("--local", help="Estimate a run on this machine, by the runs on it.")
    ] = False,
    output: Annotated[Path, typer.Option(help="Where past runs on this machine left results.")] = (
        Path("results")
    ),
) -> None:
    """Estimate what a request would cost, without starting anything."""
    end(context, lambda around: print_estimate(request, output, local, around))


add_search_command(app)

RowsPath = Annotated[
    Path, typer.Argument(metavar="ROWS", exists=True, help="A file of rows, or a folder of them.")
]


@app.command()
def init(
    context: typer.Context,
    rows: RowsPath,
    more: MoreModels = None,
    models: Models = None,
    test: TestRows = None,
    text: Text = None,
    label: Label = None,
    task: TaskName = None,
    encoding: Encoding = None,
    label_delimiter: LabelDelimiter = None,
    output: Annotated[
        Path | None, typer.Option(help="Where to write it; ROWS.json by default.")
    ] = None,
) -> None:
    """Write a request for a file of rows, with its columns and task guessed from what is in it."""
    chosen = [*(models or ()), *(more or ())]
    given = GivenRows(rows, test, text or (), label or (), task, chosen, encoding, label_delimiter)
    end(context, lambda around: write_request(given, output, around))


@app.command()
def run(
    context: typer.Context,
    request: Annotated[
        Path,
        typer.Argument(
            metavar="REQUEST|ROWS", exists=True, help="A request, or rows for --models to compare."
        ),
    ],
    more: MoreModels = None,
    models: Models = None,
    test: TestRows = None,
    text: Text = None,
    label: Label = None,
    task: TaskName = None,
    encoding: Encoding = None,
    label_delimiter: LabelDelimiter = None,
    local: Annotated[
        bool, typer.Option("--local", help="Run on this machine, in the local cloud.")
    ] = False,
    output: Output = Path("results"),
) -> None:
    """Send a request, follow its run, and download the results.

    With --models, it needs no request: `bakeoff run rows.csv --models MODEL MODEL`.
    """
    chosen = [*(models or ()), *(more or ())]
    given = GivenRows(
        request, test, text or (), label or (), task, chosen, encoding, label_delimiter
    )
    end(context, lambda around: run_request(given, output, local, around))


@app.command()
def status(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", callback=checked_name)] = None,
    follow: Annotated[
        bool,
        typer.Option("--follow", "-f", help="Follow the run to its end."),
    ] = False,
    endpoints: Annotated[
        bool, typer.Option("--endpoints", help="List the models that are deployed.")
    ] = False,
    local: Local = False,
    output: Output = Path("results"),
) -> None:
    """List the recent runs, or show what the newest one called NAME is doing."""
    if endpoints:
        end(context, lambda around: print_endpoints(local, around))
    end(context, lambda around: print_status(name, follow, output, local, around))


@app.command()
def stop(context: typer.Context, name: Name, local: Local = False) -> None:
    """Stop the newest run called NAME, or the run with this id, and its jobs."""
    end(context, lambda around: stop_run(name, local, around))


@app.command()
def results(
    context: typer.Context,
    name: Name,
    run: EarlierRun = None,
    local: Local = False,
    output: Output = Path("results"),
    chosen_format: Annotated[
        Format | None,
        typer.Option("--format", help="Print only the results in this format, for programs."),
    ] = None,
    is_report_opened: Annotated[
        bool, typer.Option("--open", help="Open the report in a browser.")
    ] = False,
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            dir_okay=False,
            help="Write a picture to this SVG file: the ranking, unless --of says another.",
        ),
    ] = None,
    picture_of: Annotated[
        PictureOf,
        typer.Option("--of", help="What --picture draws; all but the ranking: quality against it."),
    ] = PictureOf.RANKING,
    predictions: Annotated[
        bool,
        typer.Option("--predictions", help="Download all predictions for the test rows, too."),
    ] = False,
) -> None:
    """Download the results called NAME, and show the verdict and the comparison."""
    if picture is None and picture_of is not PictureOf.RANKING:
        raise typer.BadParameter(
            "It says what --picture draws: give --picture FILE, too.", param_hint="--of"
        )
    view = View(chosen_format, is_report_opened, picture, picture_of.value)

    def command(around: Surroundings) -> int:
        found = find_results(name, run, output, local, around)
        if predictions:
            bring_predictions(found, local, around)
        return commands.show_results(found, view, around)

    end(context, command)


add_model_commands(app)
add_deploy_commands(app)


@app.command()
def compare(
    context: typer.Context,
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RESULTS...",
            help="Names of results, or folders and S3 URIs of downloaded ones.",
        ),
    ],
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="Compare the jobs of one run again, without training: its id, or its name for "
            "the newest run.",
        ),
    ] = False,
    local: Local = False,
    output: Output = Path("results"),
) -> None:
    """Show several comparisons side by side, in one ranking where that is meaningful.

    RESULTS with a slash are folders or S3 URIs; names are downloaded first, as by `results`.

    With --again, make the comparison of one run from what its jobs have left, such as after the
    comparison failed or the run was stopped.
    """
    if again:
        run = _only_run(runs)
        end(context, lambda around: compare_and_show(run, output, local, around))
    end(context, lambda around: print_side_by_side(runs, output, local, around))


def _only_run(runs: list[str]) -> str:
    if len(runs) != 1 or not is_valid_name(runs[0]):
        raise typer.BadParameter(
            "--again takes one run of the service: its id, which `bakeoff status` lists, or its "
            "name for the newest run.",
            param_hint="RESULTS",
        )
    return runs[0]


def main() -> None:
    """Runs the command line; does not return."""
    app()


def _surroundings() -> Surroundings:
    return Surroundings(
        connect=Cloud.connect,
        connect_hub=_connect_hub,
        look_into=look_into,
        local_cloud=local_cloud,
        running_local_cloud=running_local_cloud,
        out=Console(),
        err=Console(stderr=True),
        clock=Clock(now=lambda: datetime.now(UTC), sleep=time.sleep),
        open_page=webbrowser.open,
    )


def _connect_hub() -> "Hub":
    # The hub's library takes a second to import, and no other command needs it.
    from bakeoff.search.hub import Hub

    return Hub(os.environ.get("HF_ENDPOINT", ""), None, time.sleep)
