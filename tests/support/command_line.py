"""Runs a command of the command line against a fake cloud."""

import io
from contextlib import nullcontext
from dataclasses import dataclass

from rich.console import Console
from typer.testing import CliRunner

from bakeoff.cli.app import app
from bakeoff.cli.commands import Surroundings
from bakeoff.client.follow import Clock
from bakeoff.errors import ServiceError
from tests.support.fake_cloud import STARTED


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str


def invoke(
    arguments,
    cloud=None,
    is_terminal=False,
    open_page=lambda uri: True,
    hub=None,
    width=160,
    no_cloud=None,
    running=None,
    look_into=None,
):
    """The command's output and exit status.

    Without a cloud or a hub it may not connect; with `no_cloud` connecting to AWS ends
    in that error. `running` is the local cloud in the background.
    """

    def connect():
        if no_cloud is not None:
            raise no_cloud if isinstance(no_cloud, Exception) else ServiceError(no_cloud)
        assert cloud is not None, "the command connected to the cloud"
        return cloud

    def connect_hub():
        assert hub is not None, "the command connected to the hub"
        return hub

    out = Console(file=io.StringIO(), force_terminal=is_terminal, width=width, color_system=None)
    err = Console(file=io.StringIO(), width=160)

    def cannot_look(request, may_guess):
        raise ServiceError("Nothing can look into rows here.")

    timed = cloud or running
    clock = timed.clock() if timed is not None else Clock(lambda: STARTED, lambda seconds: None)
    around = Surroundings(
        connect=connect,
        connect_hub=connect_hub,
        look_into=look_into or cannot_look,
        local_cloud=lambda say: nullcontext(connect()),
        running_local_cloud=lambda: running,
        out=out,
        err=err,
        clock=clock,
        open_page=open_page,
    )
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], obj=around)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(
        result.exit_code, out.file.getvalue() + result.output, err.file.getvalue() + result.stderr
    )
