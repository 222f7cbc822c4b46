"""The commands as typed: `python -m bakeoff validate`, `estimate`, `run` and the others."""

import time
import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from bakeoff.cli import commands
from bakeoff.cli.commands import ExitStatus, Surroundings, View
from bakeoff.cli.comparison_table import print_problems
from bakeoff.cli.estimate import print_estimate
from bakeoff.cli.formats import Format
from bakeoff.cli.tables import print_plain
from bakeoff.client.checkout import find_checkout
from bakeoff.client.cloud import Cloud
from bakeoff.client.follow import Clock
from bakeoff.client.foreground import run_in_foreground
from bakeoff.client.local_cloud import local_cloud
from bakeoff.errors import BakeoffError, RequestError
from bakeoff.names import is_valid_name

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Fine-tune several NLP models on one data set under the same conditions, and compare "
    "them. Exit status: 0 every candidate has a result, 1 no comparison, 2 a bad request, "
    "3 some candidates failed.",
)
local_app = typer.Typer(no_args_is_help=True, help="The local cloud, to run without AWS.")
app.add_typer(local_app, name="local")


def _checked_name(name: str | None) -> str | None:
    if name is not None and not is_valid_name(name):
        raise typer.BadParameter("not a name that results can have")
    return name


RequestPath = Annotated[
    Path,
    typer.Argument(metavar="REQUEST", exists=True, dir_okay=False, help="A request, as JSON."),
]
Name = Annotated[str, typer.Argument(metavar="NAME", callback=_checked_name)]
Output = Annotated[Path, typer.Option(help="The folder for NAME/comparison.csv and the like.")]


@app.command()
def validate(context: typer.Context, request: RequestPath) -> None:
    """Check a request without sending it."""
    _end(context, lambda around: commands.validate(request, around))


@app.command()
def estimate(context: typer.Context, request: RequestPath) -> None:
    """Tell what a request would cost, without starting anything."""
    _end(context, lambda around: print_estimate(request, around))


@app.command()
def run(
    context: typer.Context,
    request: RequestPath,
    local: Annotated[
        bool, typer.Option("--local", help="On this machine, in the local cloud, without AWS.")
    ] = False,
    output: Output = Path("results"),
) -> None:
    """Send a request, follow its run, and download the results."""
    start = commands.run_locally if local else commands.run
    _end(context, lambda around: start(request, output, around))


@app.command()
def status(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", callback=_checked_name)] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Until the run ends; then bring its results.")
    ] = False,
    output: Output = Path("results"),
) -> None:
    """List the recent runs, or show what the newest one called NAME is doing."""
    _end(context, lambda around: commands.status(name, follow, output, around))


@app.command()
def results(
    context: typer.Context,
    name: Name,
    run: Annotated[
        str | None, typer.Option(metavar="RUN", help="This run rather than the newest.")
    ] = None,
    output: Output = Path("results"),
    chosen_format: Annotated[
        Format | None,
        typer.Option("--format", help="Print this alone, for other programs to read."),
    ] = None,
    is_report_opened: Annotated[
        bool, typer.Option("--open", help="Open the report in a browser.")
    ] = False,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Draw the ranking into this SVG file."),
    ] = None,
) -> None:
    """Bring the results called NAME here, and show the verdict and the comparison."""
    view = View(chosen_format, is_report_opened, picture)
    _end(context, lambda around: commands.results(name, run, output, view, around))


@local_app.command()
def up(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Where to listen; any free port.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Leave it in the background.")] = False,
) -> None:
    """Start the local cloud and deploy into it."""
    options = [] if port is None else ["--port", str(port)]
    options += ["--detach"] if detach else []
    _end(context, lambda around: _in_checkout("up", *options))


@local_app.command()
def down(context: typer.Context) -> None:
    """Stop the local cloud that runs in the background."""
    _end(context, lambda around: _in_checkout("down"))


def main() -> None:
    app(prog_name="python -m bakeoff")


def _in_checkout(*arguments: str) -> int:
    checkout = find_checkout()
    return run_in_foreground(checkout.command("local", *arguments), checkout.folder)


def _end(context: typer.Context, command: Callable[[Surroundings], int]) -> NoReturn:
    """Ends the program with the command's status, or with what its error means."""
    around = context.obj or _surroundings()
    try:
        status = int(command(around))
    except RequestError as error:
        print_problems(around.err, [problem.to_dict() for problem in error.problems])
        status = ExitStatus.BAD_REQUEST
    except BakeoffError as error:
        print_plain(around.err, f"Error: {error}")
        status = ExitStatus.FAILED
    except KeyboardInterrupt:
        status = ExitStatus.INTERRUPTED
    raise typer.Exit(status)


def _surroundings() -> Surroundings:
    return Surroundings(
        connect=Cloud.connect,
        local_cloud=local_cloud,
        out=Console(),
        err=Console(stderr=True),
        clock=Clock(now=lambda: datetime.now(UTC), sleep=time.sleep),
        open_page=webbrowser.open,
    )
