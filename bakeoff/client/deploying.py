"""Creates and removes the endpoint of a run's kept model, and lists those there are."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bakeoff.client.endpoint_service import (
    CONFIG,
    ENDPOINT,
    MODEL,
    EndpointService,
    EndpointState,
)
from bakeoff.endpoint.calling import CONTENT_TYPE, is_answer, question
from bakeoff.endpoint.creation import EndpointPlan
from bakeoff.errors import BakeoffError, ServiceError
from bakeoff.names import ENDPOINT_PREFIX
from bakeoff.settings import CANDIDATE_TAG, NAME_TAG, PROJECT_TAG, RUN_TAG

Say = Callable[[str], None]
Sleep = Callable[[float], None]

_LOOK_SECONDS = 3.0
_IN_SERVICE, _CREATING = "InService", "Creating"
# SageMaker removes no endpoint that it is changing.
_CHANGING = (_CREATING, "Updating", "SystemUpdating", "RollingBack")


@dataclass(frozen=True)
class Deployed:
    """An endpoint, by its tags."""

    state: EndpointState
    results: str
    run: str
    candidate: str
    hardware: str


def deploy(
    service: EndpointService,
    plan: EndpointPlan,
    *,
    is_pair: bool,
    labels: list[str] | None,
    say: Say,
    sleep: Sleep,
) -> None:
    """Create the endpoint, wait until it is in service, and ask it once.

    Raises ServiceError if it cannot be created or does not answer; all that was made is then gone.

    Args:
        labels: those of the task; None for a regression.
    """
    if service.state(plan.name) is not None:
        raise ServiceError(f"There is an endpoint {plan.name} already: remove it first.")
    # What an attempt that was cut off has left.
    _remove(service, plan.name, sleep)
    try:
        service.create(MODEL, plan.model)
        service.create(CONFIG, plan.config)
        service.create(ENDPOINT, plan.endpoint)
        _wait(service, plan.name, say, sleep)
        say("It is in service. Asking it once ...")
        body = json.dumps(question(is_pair=is_pair)).encode()
        if not is_answer(service.ask(plan.name, body, CONTENT_TYPE), labels):
            raise ServiceError(
                "It gives no answer of Bakeoff's: an earlier version has trained the model, which "
                "has no code for endpoints. Run the request again."
            )
    except BakeoffError as error:
        told = "".join(f"\n  {line.rstrip()}" for line in service.last_lines(plan.name))
        said = f" The end of its log:{told}" if told else ""
        raise ServiceError(
            f"The endpoint could not be created. {error} {_tidied(service, plan.name, sleep)}{said}"
        ) from error


def undeploy(
    service: EndpointService, name: str, project: str, results: str, sleep: Sleep
) -> list[str]:
    """Remove the endpoint, its configuration and its model; returns what there was of them.

    Raises ServiceError if something of that name belongs to something else.
    """
    found = []
    for kind in (ENDPOINT, CONFIG, MODEL):
        described = service.describe(kind, name)
        if described is None:
            continue
        tags = service.tags(described[kind.arn_field])
        if (tags.get(PROJECT_TAG), tags.get(NAME_TAG)) != (project, results):
            raise ServiceError(
                f"{described[kind.arn_field]} does not have the tags of {results}: somebody else "
                "has made it. Nothing of it is removed."
            )
        found.append(kind.word)
    _remove(service, name, sleep)
    return found


def deployed(service: EndpointService, project: str) -> Iterator[Deployed]:
    """The endpoints of this deployment, newest first."""
    for state in service.states(ENDPOINT_PREFIX):
        tags = service.tags(state.arn)
        if tags.get(PROJECT_TAG) == project and NAME_TAG in tags:
            yield Deployed(
                state=state,
                results=tags[NAME_TAG],
                run=tags.get(RUN_TAG, ""),
                candidate=tags.get(CANDIDATE_TAG, ""),
                hardware=_hardware(service, state.name),
            )


def _hardware(service: EndpointService, name: str) -> str:
    config = service.describe(CONFIG, name) or {}
    variant: Mapping[str, Any] = next(iter(config.get("ProductionVariants", ())), {})
    memory_mb = variant.get("ServerlessConfig", {}).get("MemorySizeInMB")
    return f"serverless, {memory_mb} MB" if memory_mb else str(variant.get("InstanceType", ""))


def _wait(service: EndpointService, name: str, say: Say, sleep: Sleep) -> None:
    say(f"SageMaker creates the endpoint {name}, which takes some minutes ...")
    while True:
        state = service.state(name)
        if state is None:
            raise ServiceError("Somebody has removed it.")
        if state.status == _IN_SERVICE:
            return
        if state.status != _CREATING:
            raise ServiceError(f"SageMaker says {state.status}: {state.reason}")
        sleep(_LOOK_SECONDS)


def _tidied(service: EndpointService, name: str, sleep: Sleep) -> str:
    """Removes what was made, and says so."""
    try:
        _remove(service, name, sleep)
    except BakeoffError as error:
        return f"What was made could not be removed: {error} Remove it with `bakeoff undeploy`."
    return "What was made is removed."


def _remove(service: EndpointService, name: str, sleep: Sleep) -> None:
    while (state := service.state(name)) is not None and state.status in _CHANGING:
        sleep(_LOOK_SECONDS)
    for kind in (ENDPOINT, CONFIG, MODEL):
        service.delete(kind, name)
