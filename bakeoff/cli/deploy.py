"""`deploy`, `undeploy` and `status --endpoints`: a kept model that answers on SageMaker."""

from dataclasses import dataclass

from bakeoff import layout
from bakeoff.cli.commands import ExitStatus, Surroundings, saying_on_interrupt
from bakeoff.cli.model import WantedModel, read_run
from bakeoff.cli.result_sources import service
from bakeoff.cli.tables import Header, print_paragraph, print_plain, print_table
from bakeoff.client import deploying
from bakeoff.client.cloud import Cloud
from bakeoff.client.model_folder import kept_model
from bakeoff.cost.price_list import prices
from bakeoff.endpoint.calling import python_lines, shell_command
from bakeoff.endpoint.creation import endpoint_plan
from bakeoff.endpoint.hardware import (
    DEFAULT_INSTANCE_TYPE,
    Hardware,
    Serverless,
    on_instance,
    serverless,
)
from bakeoff.endpoint.servable import servable_candidate
from bakeoff.errors import ServiceError
from bakeoff.names import endpoint_name
from bakeoff.settings import EndpointSettings
from bakeoff.summary.document import Summary
from bakeoff.summary.kept_model import KeptModel

_IN_LOCAL_CLOUD = "python -m local exec -- "


@dataclass(frozen=True)
class WantedHardware:
    is_serverless: bool = False
    instance_type: str | None = None


def deploy(wanted: WantedModel, on: WantedHardware, around: Surroundings) -> ExitStatus:
    """Makes the endpoint, and says how to ask it and what it costs."""
    cloud = service(wanted.is_local, around)
    settings = _settings(cloud)
    summary, _ = read_run(cloud, wanted)
    kept = kept_model(summary, wanted.candidate)
    candidate = servable_candidate(summary, kept)
    hardware = _hardware(cloud, summary, kept, on)
    plan = endpoint_plan(summary, kept, cloud.deployment.bucket, hardware, settings)
    is_pair = len(summary.conditions.text_columns) == 2
    labels = None if summary.conditions.task == "regression" else summary.conditions.labels
    option = " --local" if wanted.is_local else ""
    undo = f"bakeoff undeploy {wanted.name}{option}"
    around.note(f"Deploying {candidate.name}, seed {kept.seed}, of run {summary.provenance.run}")
    with saying_on_interrupt(around, f"Interrupted: remove what was made with `{undo}`."):
        deploying.deploy(
            cloud.endpoints(),
            plan,
            is_pair=is_pair,
            labels=labels,
            say=around.note,
            sleep=around.clock.sleep,
        )
    print_plain(around.out, f"The endpoint {plan.name} answers, on {hardware}.")
    print_paragraph(around.out, _cost(cloud, hardware, undo, around, is_local=wanted.is_local))
    print_plain(around.out, "Ask it from a shell:")
    prefix = _IN_LOCAL_CLOUD if wanted.is_local else ""
    print_plain(around.out, f"  {prefix}{shell_command(plan.name, is_pair=is_pair)}")
    started = f", started by `{_IN_LOCAL_CLOUD}PROGRAM`" if wanted.is_local else ""
    print_plain(around.out, f"or in Python{started}:")
    for line in python_lines(plan.name, is_pair=is_pair):
        print_plain(around.out, f"  {line}")
    return ExitStatus.OK


def undeploy(name: str, is_local: bool, around: Surroundings) -> ExitStatus:
    """Removes the endpoint of these results, its configuration and its model."""
    cloud = service(is_local, around)
    project = _settings(cloud).project_tag
    endpoint = endpoint_name(project, name)
    found = deploying.undeploy(cloud.endpoints(), endpoint, project, name, around.clock.sleep)
    if found:
        print_plain(around.out, f"The endpoint {endpoint} and all that belongs to it are removed.")
    else:
        print_plain(around.out, f"{name} has no endpoint: nothing was removed.")
    return ExitStatus.OK


def print_endpoints(is_local: bool, around: Surroundings) -> ExitStatus:
    """Lists the endpoints of the deployment."""
    cloud = service(is_local, around)
    found = list(deploying.deployed(cloud.endpoints(), _settings(cloud).project_tag))
    if not found:
        print_plain(around.out, "No model is deployed.")
        return ExitStatus.OK
    names = ("name", "endpoint", "state", "on", "candidate", "run", "created")
    rows = [
        [
            each.results,
            each.state.name,
            each.state.status,
            each.hardware,
            each.candidate,
            each.run,
            each.state.created.astimezone().strftime("%Y-%m-%d %H:%M"),
        ]
        for each in found
    ]
    print_table(around.out, [Header(name) for name in names], rows)
    return ExitStatus.OK


def _settings(cloud: Cloud) -> EndpointSettings:
    settings = cloud.deployment.endpoints
    if settings is None:
        raise ServiceError(
            "The deployed version makes no endpoints: deploy this one with `make deploy`."
        )
    return settings


def _hardware(cloud: Cloud, summary: Summary, kept: KeptModel, on: WantedHardware) -> Hardware:
    run = summary.provenance
    key = layout.archived_key(run.name, run.run, kept.file)
    archive = cloud.list_objects(key).get(key)
    if archive is None:
        raise ServiceError(f"The model of {kept.candidate} is gone: there is no object {key}.")
    if on.is_serverless:
        return serverless(archive.num_bytes)
    return on_instance(on.instance_type or DEFAULT_INSTANCE_TYPE)


def _cost(
    cloud: Cloud, hardware: Hardware, undo: str, around: Surroundings, *, is_local: bool
) -> str:
    if is_local:
        return f"It runs on this machine, until the local cloud ends or `{undo}` removes it."
    if isinstance(hardware, Serverless):
        return (
            "It costs nothing while nobody asks it, and otherwise by the millisecond and by the "
            f"amount of data; the price for {hardware.memory_mb} MB is at "
            "https://aws.amazon.com/sagemaker/ai/pricing/. The first answer after a pause takes "
            f"longer, as the model is loaded. `{undo}` removes it."
        )
    unknown: list[str] = []
    found = prices([(hardware.instance_type, "Hosting")], cloud.products, unknown.append)
    price = found[hardware.instance_type]
    if price is None:
        return (
            f"What it costs an hour is unknown ({unknown[0]}); it costs money, asked or not, until "
            f"`{undo}` removes it."
        )
    return (
        f"It costs {price:.4g} US dollars an hour, asked or not, until `{undo}` removes it. Disk "
        "and data are billed separately."
    )
