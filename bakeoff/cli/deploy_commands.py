"""The commands for models that answer on SageMaker, as typed: `deploy` and `undeploy`."""

from typing import Annotated

import typer

from bakeoff.cli.arguments import Candidate, EarlierRun, InLocalCloud, Name
from bakeoff.cli.deploy import WantedHardware, deploy, undeploy
from bakeoff.cli.ending import end
from bakeoff.cli.model import WantedModel
from bakeoff.endpoint.hardware import DEFAULT_INSTANCE_TYPE


def deploy_model(
    context: typer.Context,
    name: Name,
    serverless: Annotated[
        bool, typer.Option("--serverless", help="Pay for answers, not for hours; no GPU.")
    ] = False,
    instance_type: Annotated[
        str | None,
        typer.Option(metavar="TYPE", help=f"Such as ml.g5.xlarge; {DEFAULT_INSTANCE_TYPE} if not."),
    ] = None,
    candidate: Candidate = None,
    run: EarlierRun = None,
    local: InLocalCloud = False,
) -> None:
    """Make an endpoint of SageMaker that answers with the model that a run has kept.

    It costs money until `undeploy` removes it.
    """
    if serverless and instance_type:
        raise typer.BadParameter(
            "Give --serverless or --instance-type, not both.", param_hint="--serverless"
        )
    wanted = WantedModel(name, candidate, run, is_local=local)
    on = WantedHardware(serverless, instance_type)
    end(context, lambda around: deploy(wanted, on, around))


def undeploy_model(context: typer.Context, name: Name, local: InLocalCloud = False) -> None:
    """Remove the endpoint of the results called NAME, and all that belongs to it."""
    end(context, lambda around: undeploy(name, local, around))


def add_deploy_commands(app: typer.Typer) -> None:
    app.command("deploy")(deploy_model)
    app.command("undeploy")(undeploy_model)
