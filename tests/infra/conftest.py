"""The stack, synthesized once for all tests, and the pieces that tests look for in it.

The CDK is imported by what synthesizes: it starts Node, which other tests need not wait for.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.settings import Settings

ROOT = Path(__file__).parents[2]

Template = dict[str, Any]

OTHER_SETTINGS: dict[str, Any] = {
    "alarm_email": "someone@example.com",
    "max_parallel_jobs": 7,
    "use_spot": False,
    "baseline_instance_type": "ml.c5.xlarge",
    "training_image": "pytorch2.11",
    "run_retention_days": 5,
    "log_retention_days": 14,
    "subnet_ids": "subnet-1,subnet-2",
    "security_group_ids": "sg",
}


def synthesized(folder: Path, **settings: Any) -> Template:
    """The stack's template with these settings; raises what cdk-nag finds."""
    from aws_cdk import App

    from infra.nag import check
    from infra.stack import BakeoffStack

    app = App(outdir=str(folder))
    chosen = Settings(**settings)
    stack = BakeoffStack(
        app, chosen.stack_name, settings=chosen, root=ROOT, build_folder=ROOT / "build"
    )
    check(app, stack, chosen.other_buckets, chosen.bedrock_ids)
    app.synth()
    return json.loads((folder / f"{chosen.stack_name}.template.json").read_text())


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory) -> Callable[..., Template]:
    """Synthesizes the stack with the given settings; raises what cdk-nag finds."""
    return lambda **settings: synthesized(tmp_path_factory.mktemp("cdk.out"), **settings)


@pytest.fixture(scope="session")
def template(synthesize) -> Template:
    return synthesize()


@pytest.fixture(scope="session")
def with_everything(synthesize) -> Template:
    """The template with a value for every setting that adds or changes resources."""
    # That module imports this one.
    from tests.infra.policy_statements import EVERYTHING

    return synthesize(**EVERYTHING)


@pytest.fixture(scope="session")
def with_other_settings(synthesize) -> Template:
    """The template with another value of each setting that is tested by itself."""
    return synthesize(**OTHER_SETTINGS)


@pytest.fixture(scope="session")
def of_type(template) -> Callable[[str], dict[str, dict[str, Any]]]:
    """The properties of the template's resources of a type, by logical id."""
    return lambda kind: {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


@pytest.fixture(scope="session")
def definition() -> dict[str, Any]:
    """The state machine as its file has it."""
    return json.loads((ROOT / "infra" / "workflow.asl.json").read_text())


def readable(value: Any) -> str:
    """A CloudFormation value on one line, with references in angle brackets."""
    if isinstance(value, list):
        return " ".join(sorted(readable(part) for part in value))
    if not isinstance(value, dict):
        return str(value)
    ((function, argument),) = value.items()
    if function == "Fn::Join":
        return "".join(readable(part) for part in argument[1])
    if function == "Fn::GetAtt":
        return f"<{'.'.join(argument)}>"
    if function == "Fn::FindInMap":
        return "<registry account>"
    return f"<{argument}>" if function == "Ref" else str(argument)
