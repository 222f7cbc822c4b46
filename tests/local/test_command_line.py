"""`python -m local` against a cloud that runs in the background."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.cloud import ACCOUNT, ROOT, LocalCloud, RunningCloud
from local.host.processes import end_process, is_alive

_WAIT_SECONDS = 30


@pytest.fixture
def background(tmp_path: Path) -> Iterator[RunningCloud]:
    """A cloud without the app, started by nobody who still lives."""
    cloud = LocalCloud(tmp_path)
    cloud.start()
    running = cloud.detach()
    yield running
    end_process(running.pid)


def local(state_dir: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=ROOT,
        env={**os.environ, "BAKEOFF_LOCAL_DIR": str(state_dir), "AWS_PROFILE": "my-company"},
        capture_output=True,
        text=True,
        timeout=_WAIT_SECONDS,
    )


def test_exec_uses_the_running_cloud(background: RunningCloud, tmp_path: Path) -> None:
    script = "import json, os; print(json.dumps(dict(os.environ)))"

    done = local(tmp_path, "exec", "--", sys.executable, "-c", script)

    environment = json.loads(done.stdout)
    assert environment["AWS_ENDPOINT_URL"] == background.endpoint
    assert environment["AWS_ACCESS_KEY_ID"] == ACCOUNT
    assert environment["AWS_REGION"] == "us-east-1"
    assert "AWS_PROFILE" not in environment


@pytest.mark.usefixtures("background")
def test_exec_returns_the_commands_status(tmp_path: Path) -> None:
    assert local(tmp_path, "exec", "--", "sh", "-c", "exit 7").returncode == 7


@pytest.mark.usefixtures("background")
def test_exec_reports_an_unknown_command(tmp_path: Path) -> None:
    done = local(tmp_path, "exec", "--", "no-such-command-anywhere")

    assert done.returncode == 127
    assert "cannot run no-such-command-anywhere" in done.stderr


def test_two_commands_use_one_cloud_at_once(background: RunningCloud, tmp_path: Path) -> None:
    both = "import boto3, sys; s3 = boto3.client('s3'); bucket = sys.argv[1]"
    script = f"""{both}
s3.create_bucket(Bucket=bucket)
print("here", flush=True)
sys.stdin.readline()
print(sorted(each["Name"] for each in s3.list_buckets()["Buckets"]))
"""
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "local", "exec", "--", sys.executable, "-c", script, bucket],
            cwd=ROOT,
            env={**os.environ, "BAKEOFF_LOCAL_DIR": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for bucket in ("first", "second")
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "here\n"

    printed = [program.communicate("go on\n", timeout=_WAIT_SECONDS)[0] for program in programs]

    assert printed == ["['first', 'second']\n"] * 2
    assert [program.returncode for program in programs] == [0, 0]
    assert is_alive(background.pid)


def test_exec_without_a_command_is_a_usage_error(tmp_path: Path) -> None:
    done = local(tmp_path, "exec")

    assert done.returncode == 2
    assert "give the command to run" in done.stderr


def test_down_stops_the_cloud_and_waits_for_it(background: RunningCloud, tmp_path: Path) -> None:
    done = local(tmp_path, "down")

    assert done.returncode == 0
    assert background.endpoint in done.stdout
    assert not is_alive(background.pid)
    assert not (tmp_path / "cloud.json").exists()


def test_down_without_a_cloud_is_reported(tmp_path: Path) -> None:
    done = local(tmp_path, "down")

    assert (done.returncode, done.stdout) == (0, "No local cloud is running.\n")


def test_up_finds_the_running_cloud(background: RunningCloud, tmp_path: Path) -> None:
    done = local(tmp_path, "up")

    assert done.returncode == 0
    assert f"already up at {background.endpoint}" in done.stdout


def test_a_stale_state_file_is_not_believed(tmp_path: Path) -> None:
    stale = {"endpoint": "http://localhost:1", "port": 1, "pid": os.getpid()}
    (tmp_path / "cloud.json").write_text(json.dumps(stale))

    assert local(tmp_path, "down").stdout == "No local cloud is running.\n"


def test_an_invalid_number_of_jobs_is_reported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local", "up"],
        cwd=ROOT,
        env={
            **os.environ,
            "BAKEOFF_LOCAL_DIR": str(tmp_path),
            "BAKEOFF_LOCAL_MAX_JOBS": "many",
        },
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "BAKEOFF_LOCAL_MAX_JOBS is 'many'" in done.stderr


def test_exec_ends_with_the_cloud(background: RunningCloud, tmp_path: Path) -> None:
    script = "import time; print('ready', flush=True); time.sleep(600)"
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "exec", "--", sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "BAKEOFF_LOCAL_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"

    os.kill(background.pid, signal.SIGKILL)

    _, errors = process.communicate(timeout=_WAIT_SECONDS)
    assert process.returncode == 1
    assert f"The local cloud at {background.endpoint} has ended." in errors
