"""The commands that start and stop the local cloud, as typed: `local up` and `local down`."""

from typing import Annotated

import typer

from bakeoff.cli.ending import end
from bakeoff.client.checkout import find_checkout
from bakeoff.client.foreground import run_in_foreground

local_app = typer.Typer(no_args_is_help=True, help="Start and stop the local cloud.")


@local_app.command()
def up(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option(help="The port to listen on (default: any free one).")
    ] = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Keep it running in the background.")
    ] = False,
) -> None:
    """Start the local cloud and deploy into it."""
    options = [] if port is None else ["--port", str(port)]
    options += ["--detach"] if detach else []
    end(context, lambda around: _in_checkout("up", *options))


@local_app.command()
def down(context: typer.Context) -> None:
    """Stop the local cloud that runs in the background."""
    end(context, lambda around: _in_checkout("down"))


def _in_checkout(*arguments: str) -> int:
    checkout = find_checkout()
    return run_in_foreground(checkout.command("local", *arguments), checkout.folder)
