"""`cdk synth` as a user runs it: in a process of its own, with no credentials and no Docker."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.conftest import ROOT


def synthesize(tmp_path, **context):
    defaults = json.loads((ROOT / "cdk.json").read_text())["context"]
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "HOME": str(tmp_path),
        "CDK_OUTDIR": str(tmp_path / "cdk.out"),
        "CDK_CONTEXT_JSON": json.dumps(defaults | context),
    }
    return subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def test_the_app_synthesizes_without_credentials_and_without_docker(tmp_path):
    done = synthesize(tmp_path, **{"bakeoff.stack_name": "Other"})
    assert done.returncode == 0, done.stderr
    template = json.loads((tmp_path / "cdk.out" / "Other.template.json").read_text())
    assert template["Outputs"]["BucketName"]


def test_wrong_settings_end_the_app_with_their_names(tmp_path):
    done = synthesize(tmp_path, **{"bakeoff.max_paralel_jobs": "3"})
    assert done.returncode != 0
    assert "did you mean max_parallel_jobs?" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_region_without_a_training_image_ends_the_app_before_anything_is_built(monkeypatch):
    import app

    # As the CDK's command line sets it.
    monkeypatch.setenv("CDK_DEFAULT_REGION", "eu-central-2")
    with pytest.raises(SystemExit, match=r"eu-central-2 is not among .*training_image"):
        app.main()


def test_cdk_nag_would_fail_a_bucket_that_is_not_encrypted_in_transit(tmp_path):
    """The rules are really run: without their acknowledgements synthesis fails."""
    from aws_cdk import App, Stack, Validations
    from aws_cdk import aws_s3 as s3
    from cdk_nag import AwsSolutionsChecks

    app = App(outdir=str(tmp_path / "nag"))
    s3.Bucket(Stack(app, "Bad"), "Bucket")
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(Exception, match="Validation"):
        app.synth()
