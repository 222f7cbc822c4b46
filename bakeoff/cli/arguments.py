"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from bakeoff.metrics import TASKS
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
NameOrFolder = Annotated[
    str, typer.Argument(metavar="NAME", help="The results' name, or a model's folder.")
]
Candidate = Annotated[
    str | None,
    typer.Option(metavar="CANDIDATE", help="Its key, name or model id; the best by default."),
]
EarlierRun = Annotated[
    str | None, typer.Option("--run", metavar="RUN", help="An earlier run instead of the newest.")
]
OfLocalRun = Annotated[
    bool, typer.Option("--local", help="Of a run in the local cloud that is kept.")
]
InLocalCloud = Annotated[
    bool, typer.Option("--local", help="In the local cloud that is kept, on this machine.")
]
RemoteCode = Annotated[
    bool,
    typer.Option(
        "--allow-remote-code", help="Run code that the model's authors put into its files."
    ),
]
TestRows = Annotated[
    Path | None, typer.Option("--test", exists=True, help="Test rows; else some are held out.")
]
Text = Annotated[
    list[str] | None, typer.Option("--text", help="The text's column; twice for pairs of texts.")
]
Label = Annotated[
    list[str] | None, typer.Option("--label", help="The label's column; may be repeated.")
]
TaskName = Annotated[str | None, typer.Option("--task", help=f"One of {', '.join(TASKS)}.")]
Encoding = Annotated[
    str | None, typer.Option(help="Of text files, such as cp1252; found where it is left out.")
]
LabelDelimiter = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="What separates the labels of a row that has several."),
]
Models = Annotated[
    list[str] | None, typer.Option("--models", metavar="MODEL...", help="The models to compare.")
]
MoreModels = Annotated[list[str] | None, typer.Argument(metavar="[MODEL]...", hidden=True)]
