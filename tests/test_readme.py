"""The commands and requests in the documentation work."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import boto3
import botocore.session
import pytest
from botocore import xform_name

from bakeoff.request.schema import parse_request
from infra.settings import setting_names
from local.cloud import LocalCloud, clean_environment
from tests.support.stand_in_hub import StandInHub
from tests.support.tiny_imdb import BAD, GOOD, labelled_texts
from tests.support.tiny_models import build_tiny_model

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
PAGE_NAMES = [page.name for page in PAGES]
# As few as train anything at all.
TINY = {"epochs": 1, "train_batch_size": 8, "learning_rate": 1e-3, "max_length": 16}


def blocks(page: Path, language: str) -> list[str]:
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return fence.findall(page.read_text(encoding="utf-8"))


def commands(page: Path) -> list[str]:
    return [line for block in blocks(page, "sh") for line in block.splitlines() if line]


def kind_of(command: str) -> str | None:
    """How the command is tried; None if it is of no kind that this module knows."""
    match shlex.split(command):
        case ["make", *_]:
            return "make"
        case ["python", "-m", "bakeoff" | "local", *_]:
            return "python"
        case ["aws", "s3", "cp", _, _]:
            return "aws"
        case ["aws", _, _, *_]:
            return "aws api"
        case ["source", _]:
            return "source"
        case ["node_modules/.bin/cdk", "destroy", "--all"]:
            return "cdk"
    return None


# In the order of the pages, the README first, and each once although several pages may show it.
ALL_COMMANDS = list(dict.fromkeys(command for page in PAGES for command in commands(page)))


def test_every_command_is_tried_in_some_way() -> None:
    assert [command for command in ALL_COMMANDS if kind_of(command) is None] == []


@pytest.mark.parametrize("command", [c for c in ALL_COMMANDS if kind_of(c) == "make"])
def test_every_make_target_is_there(command: str) -> None:
    tried = [*shlex.split(command), "--dry-run"]

    done = subprocess.run(tried, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", [c for c in ALL_COMMANDS if kind_of(c) == "aws api"])
def test_every_call_of_an_aws_api_is_one_that_it_has(command: str) -> None:
    _, service, operation, *options = shlex.split(command)
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    given = model.operation_model(operations[operation]).input_shape
    parameters = {f"--{xform_name(name, '-')}": shape for name, shape in given.members.items()}
    for option, value in zip(options[::2], options[1::2], strict=True):
        assert value in (getattr(parameters[option], "enum", None) or [value])


def test_the_readme_begins_with_the_two_commands() -> None:
    assert commands(ROOT / "README.md")[:2] == ["make demo", "make test"]


def test_continuous_integration_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text()

    assert script.rstrip().endswith("\nexec make test")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("page", PAGES, ids=PAGE_NAMES)
def test_every_request_on_the_page_is_valid(page: Path) -> None:
    for block in blocks(page, "json"):
        if "models" in json.loads(block):
            # What `bakeoff run` does with the files of the user's machine.
            uploaded = re.sub(r'"(?:\./|(?=\w+\.parquet"))', '"s3://bucket/uploads/', block)
            parse_request(uploaded.encode(), file_name="example.json")


@pytest.mark.parametrize("page", PAGES, ids=PAGE_NAMES)
def test_every_link_of_the_page_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("https://"):
            continue
        path, _, heading = target.partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), target
        assert not heading or heading in headings(linked), target


def headings(page: Path) -> set[str]:
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in found}


def test_the_picture_is_well_formed() -> None:
    picture = ElementTree.parse(ROOT / "docs" / "architecture.svg").getroot()

    assert picture.get("viewBox") == "0 0 960 600"


def test_every_setting_is_documented_with_its_default() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    table = text.split("<!-- begin settings -->")[1].split("<!-- end settings -->")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[3:]]
    documented = {
        name: default.strip("`")
        for names, default, _ in rows
        for name in re.findall(r"`([\w.]+)`", names)
    }

    assert documented == {name: shown_default(default) for name, default in setting_names().items()}


def shown_default(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return "" if default in (None, ()) else str(default)


@pytest.fixture(scope="module")
def checkout(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks as the documentation assumes, with requests that train in seconds.

    They have one model and no baselines: tests/cloud runs the whole of them.
    """
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "examples", folder / "examples")
    imdb = folder / "examples" / "imdb.json"
    request = json.loads(imdb.read_text())
    tiny = {"models": request["models"][:1], "hyperparameters": TINY, "baselines": False}
    imdb.write_text(json.dumps({**request, **tiny}))
    build = folder / "demo" / "build"
    (build / "models").mkdir(parents=True)
    build_tiny_model("bert", build / "models" / "tiny-bert", [*GOOD, *BAD])
    rows = [f"{text},{label}" for text, label in labelled_texts(num_copies=8)]
    (build / "train.csv").write_text("\n".join(["text,label", *rows]))
    request = {
        "dataset": {"train": "train.csv"},
        "models": ["./models/tiny-bert"],
        "hyperparameters": TINY,
        "baselines": False,
    }
    (build / "aws-services.json").write_text(json.dumps(request))
    (folder / "rows.csv").write_text("\n".join(["text,label", *rows]))
    (folder / "new-rows.csv").write_text("\n".join(["text", *GOOD, *BAD]))
    return folder


def test_the_commands_of_the_pages_work_in_their_order(
    cloud: LocalCloud,
    hub: StandInHub,
    checkout: Path,
    imdb_on_the_hub: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    cloud.announce()
    for command in ALL_COMMANDS:
        if kind_of(command) == "python":
            # There is one cloud for all tests: `down` is tried where none is running.
            state_dir = tmp_path if command.endswith("local down") else cloud.state_dir
            run_here(command, cloud, checkout, state_dir)
            if command.endswith("init rows.csv"):
                shrink(checkout / "rows.json")
        elif kind_of(command) == "aws":
            copy_to_bucket(command, cloud, checkout)


def shrink(path: Path) -> None:
    """Makes a request train in seconds, as its reader would edit it."""
    tiny = {"models": ["./demo/build/models/tiny-bert"], "hyperparameters": TINY}
    path.write_text(json.dumps({**json.loads(path.read_text()), **tiny, "baselines": False}))


def run_here(command: str, cloud: LocalCloud, folder: Path, state_dir: Path) -> None:
    """Runs the command as typed, in `folder`, with the environment that `local up` prints."""
    environment = clean_environment() | cloud.environment
    environment |= {"BAKEOFF_LOCAL_DIR": str(state_dir), "PYTHONPATH": str(ROOT)}
    # What `--open` starts: a program that takes the address and ends well.
    environment["BROWSER"] = "true"
    # `python` is the interpreter that runs the tests, as it is in an activated environment.
    python = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])

    done = subprocess.run(
        shlex.split(command),
        cwd=folder,
        env=environment | {"PATH": python},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    for path in re.findall(r"^(?:/|results/).*\.(?:csv|json)$", done.stdout, re.MULTILINE):
        assert (folder / path).is_file(), path


def copy_to_bucket(command: str, cloud: LocalCloud, folder: Path) -> None:
    """Does what `aws s3 cp FILE s3://BUCKET/KEY` does; that program is no dependency of ours."""
    *_, source, target = shlex.split(command)
    environment = cloud.environment
    session = boto3.Session(
        environment["AWS_ACCESS_KEY_ID"],
        environment["AWS_SECRET_ACCESS_KEY"],
        region_name=environment["AWS_REGION"],
    )
    stacks = session.client("cloudformation", endpoint_url=cloud.endpoint).describe_stacks(
        StackName="Bakeoff"
    )["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}
    key = target.removeprefix("s3://BUCKET/")
    assert key.startswith("requests/")

    session.client("s3", endpoint_url=cloud.endpoint).upload_file(
        str(folder / source), outputs["BucketName"], key
    )
