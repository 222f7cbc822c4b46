"""The CDK command line as the local cloud calls it, with a script in its place."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from local.deploy import Deployment
from local.errors import DeployError, SetupError


def deployment(root: Path) -> Deployment:
    return Deployment(
        root=root,
        state_dir=root / "state",
        environment={"AWS_ENDPOINT_URL": "http://localhost:1"},
        account="123456789012",
        region="us-east-1",
        settings={"lambda_platform": "host", "capacity_wait_seconds": "1"},
    )


def put_cdk(root: Path, script: str) -> None:
    path = root / "node_modules" / ".bin" / "cdk"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_missing_cdk_names_make_setup(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"node_modules/\.bin/cdk.*make setup"):
        deployment(tmp_path).run()


def test_a_failing_step_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    put_cdk(tmp_path, '[ "$1" != deploy ] || { echo "The bucket is on fire" >&2; exit 3; }')

    with pytest.raises(DeployError) as failure:
        deployment(tmp_path).run()

    assert "`cdk deploy` failed with status 3" in str(failure.value)
    assert str(failure.value).endswith("The bucket is on fire")


# Writes what it was called with, and, as synth, an assembly with one archive.
RECORDING = """
printf "%s\\n" "$@" > "called-$1"; echo "$AWS_ENDPOINT_URL" > endpoint
while [ $# -gt 0 ]; do [ "$1" = --output ] && output=$2; shift; done
[ -z "$output" ] || { echo archive > build/archive.zip
echo '{"files": {"a": {"source": {"path": "../archive.zip"}}}}' > "$output/Bakeoff.assets.json"; }
"""


def test_the_app_is_synthesized_with_settings_only_and_deployed_from_there(tmp_path: Path) -> None:
    put_cdk(tmp_path, RECORDING)

    deployment(tmp_path).run()

    synth = (tmp_path / "called-synth").read_text().splitlines()
    contexts = [synth[n + 1] for n, word in enumerate(synth) if word == "--context"]
    assert contexts == ["bakeoff.lambda_platform=host", "bakeoff.capacity_wait_seconds=1"]
    deploy = (tmp_path / "called-deploy").read_text().splitlines()
    assembly = Path(deploy[deploy.index("--app") + 1])
    assert (assembly / "Bakeoff.assets.json").exists()
    assert (tmp_path / "endpoint").read_text() == "http://localhost:1\n"
    assert json.dumps(deploy).count("never") == 1


def test_the_same_app_is_synthesized_once(tmp_path: Path) -> None:
    put_cdk(tmp_path, RECORDING)
    deployment(tmp_path).run()
    (tmp_path / "called-synth").unlink()

    deployment(tmp_path).run()

    assert not (tmp_path / "called-synth").exists()
    assert (tmp_path / "called-deploy").exists()


@pytest.mark.parametrize("changed", ["bakeoff/plan.py", "train/train.py", "cdk.json", "settings"])
def test_a_changed_app_is_synthesized_again(tmp_path: Path, changed: str) -> None:
    put_cdk(tmp_path, RECORDING)
    deployment(tmp_path).run()
    (tmp_path / "called-synth").unlink()
    again = deployment(tmp_path)
    if changed == "settings":
        again = replace(again, settings={**again.settings, "use_spot": "false"})
    else:
        (tmp_path / changed).parent.mkdir(exist_ok=True)
        (tmp_path / changed).write_text("{}")

    again.run()

    assert (tmp_path / "called-synth").exists()


def test_an_app_whose_archives_are_gone_is_synthesized_again(tmp_path: Path) -> None:
    put_cdk(tmp_path, RECORDING)
    deployment(tmp_path).run()
    (tmp_path / "called-synth").unlink()
    (tmp_path / "build" / "archive.zip").unlink()

    deployment(tmp_path).run()

    assert (tmp_path / "called-synth").exists()


def test_a_synthesis_that_fails_leaves_nothing(tmp_path: Path) -> None:
    put_cdk(tmp_path, '[ "$1" != synth ] || exit 1')

    with pytest.raises(DeployError):
        deployment(tmp_path).run()

    assert list((tmp_path / "build").iterdir()) == []


def test_nothing_is_synthesized_in_the_checkout_so_that_two_clouds_may_deploy(
    tmp_path: Path,
) -> None:
    put_cdk(tmp_path, f'pwd > "{tmp_path}/folder-of-$1"')

    deployment(tmp_path).run()

    # The CDK makes the template of an app whose cdk.json is in the folder, bootstrap does too.
    bootstrap_folder = Path((tmp_path / "folder-of-bootstrap").read_text().strip())
    assert bootstrap_folder == tmp_path / "state"
