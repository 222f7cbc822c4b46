"""`python -m local` from nothing: a cloud with the app in it, for as long as it is needed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.cloud import ROOT

SCRIPT = """
import boto3
stack = boto3.client("cloudformation").describe_stacks(StackName="Bakeoff")["Stacks"][0]
print(sorted(output["OutputKey"] for output in stack["Outputs"]))
raise SystemExit(5)
"""


@pytest.mark.cloud
def test_exec_without_a_running_cloud_has_one_of_its_own(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local", "exec", "--", sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**os.environ, "BAKEOFF_LOCAL_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 5, done.stderr
    assert "BucketName" in done.stdout
    assert "StateMachineArn" in done.stdout
    assert list(tmp_path.iterdir()) == []
