"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from bakeoff.names import is_valid_name


def checked_name(name: str | None) -> str | None:
    if name is not None and not is_valid_name(name):
        raise typer.BadParameter("not a valid name for results")
    return name


RequestPath = Annotated[
    Path,
    typer.Argument(
        metavar="REQUEST", exists=True, dir_okay=False, help="A JSON file with a request."
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", callback=checked_name)]
Output = Annotated[Path, typer.Option(help="Write the results to NAME/ in this folder.")]
Local = Annotated[
    bool,
    typer.Option(
        "--local", help="Use the local cloud in the background, or else the folder of results."
    ),
]
