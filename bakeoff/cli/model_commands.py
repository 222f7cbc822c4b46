"""The commands for the trained model of a run, as typed: `model`, `predict`, `export`, `push`."""

from pathlib import Path
from typing import Annotated

import typer

from bakeoff.cli.arguments import (
    Candidate,
    EarlierRun,
    Name,
    NameOrFolder,
    OfLocalRun,
    RemoteCode,
)
from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.ending import end
from bakeoff.cli.export_wish import Wish
from bakeoff.cli.model import Rows, WantedModel, bring, predict
from bakeoff.cli.predict_in_s3 import predict_in_s3
from bakeoff.cli.push import push
from bakeoff.endpoint.batch import RowsInS3, is_s3_uri
from bakeoff.errors import MissingPackageError


def bring_model(
    context: typer.Context,
    name: Name,
    candidate: Candidate = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            file_okay=False,
            help="The folder to write; results/NAME/models/CANDIDATE by default.",
        ),
    ] = None,
    run: EarlierRun = None,
    local: OfLocalRun = False,
) -> None:
    """Bring the trained model that a run has kept: a folder that stands alone, with its card."""
    wanted = WantedModel(name, candidate, run, is_local=local)
    end(context, lambda around: bring(wanted, output, around))


def predict_rows(
    context: typer.Context,
    name: NameOrFolder,
    rows: Annotated[
        str,
        typer.Argument(
            metavar="ROWS", help="CSV, JSON Lines or Parquet, as in requests; here or in S3."
        ),
    ],
    output: Annotated[
        str,
        typer.Option(metavar="FILE", help="The file to write: .csv, .jsonl or .parquet."),
    ] = "predictions.csv",
    text: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="The texts' column; twice for pairs; as in training."),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Copy it beside the answers; may be repeated."),
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a text file, such as cp1252.")] = None,
    candidate: Candidate = None,
    run: EarlierRun = None,
    local: OfLocalRun = False,
    remote_code: RemoteCode = False,
    instance_type: Annotated[
        str | None, typer.Option(metavar="TYPE", help="Of the job that answers rows in S3.")
    ] = None,
) -> None:
    """Answer every row of a file with the model that a run has kept.

    Rows in S3 are answered by a job of SageMaker, which writes to S3, too.
    """
    wanted = WantedModel(name, candidate, run, is_local=local)
    if is_s3_uri(rows) or is_s3_uri(output):
        in_s3 = RowsInS3(rows, output, text or (), keep or (), encoding, remote_code)
        end(context, lambda around: predict_in_s3(wanted, in_s3, instance_type, around))
    if instance_type:
        raise typer.BadParameter("It is for rows in S3.", param_hint="--instance-type")
    if Path(output).is_dir():
        raise typer.BadParameter(f"{output} is a folder.", param_hint="--output")
    asked = Rows(Path(rows), Path(output), text or (), keep or (), encoding, remote_code)
    end(context, lambda around: predict(wanted, asked, around))


def export_model(
    context: typer.Context,
    name: NameOrFolder,
    onnx: Annotated[
        bool, typer.Option("--onnx", help="As an ONNX graph, which needs no torch.")
    ] = False,
    int8: Annotated[
        bool, typer.Option("--int8", help="With weights of 8 bits: smaller, and often faster.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            file_okay=False,
            help="The folder to write; by default beside the model's, with -onnx at its end.",
        ),
    ] = None,
    rows: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Labelled rows to score both models on; the run's test by default."
        ),
    ] = None,
    candidate: Candidate = None,
    run: EarlierRun = None,
    local: OfLocalRun = False,
    remote_code: RemoteCode = False,
) -> None:
    """Export the model that a run has kept, and measure what it loses and gains."""
    wanted = WantedModel(name, candidate, run, is_local=local)
    wish = Wish(is_onnx=onnx, is_int8=int8, output=output, rows=rows, allow_remote_code=remote_code)
    end(context, lambda around: _export(wanted, wish, around))


def _export(wanted: WantedModel, wish: Wish, around: Surroundings) -> ExitStatus:
    try:
        # The statistics take a second to import, and no other command needs them.
        from bakeoff.cli.export import export
    except ModuleNotFoundError as error:
        raise MissingPackageError(
            f"{error.name} is needed to compare an export with its original: "
            "`pip install 'bakeoff[onnx]'`."
        ) from error
    return export(wanted, wish, around)


def push_model(
    context: typer.Context,
    name: NameOrFolder,
    repository: Annotated[str, typer.Argument(metavar="OWNER/REPO")],
    private: Annotated[
        bool, typer.Option("--private", help="If the repository is new, only its owner sees it.")
    ] = False,
    candidate: Candidate = None,
    run: EarlierRun = None,
    local: OfLocalRun = False,
) -> None:
    """Put the model that a run has kept, and its card, on the hub: as HF_TOKEN or `hf auth login`
    say."""
    wanted = WantedModel(name, candidate, run, is_local=local)
    end(context, lambda around: push(wanted, repository, around, is_private=private))


def add_model_commands(app: typer.Typer) -> None:
    app.command("model")(bring_model)
    app.command("predict")(predict_rows)
    app.command("export")(export_model)
    app.command("push")(push_model)
