"""Starting and ending: nothing is left behind, whatever happens to whom."""

import io
import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from local.cloud import ROOT, LocalCloud
from local.errors import EmulatorError, PortInUseError
from local.host.processes import command_line, end_process, is_alive
from tests.local.conftest import client
from tests.support.local_jobs import (
    BUCKET,
    prepare,
    put_code,
    training_request,
    wait_for_phase,
)

_WAIT_SECONDS = 120

STARTER = """
import pathlib, psutil, signal, sys, time
from local.cloud import LocalCloud
from tests.local.conftest import client
from tests.support.local_jobs import prepare, put_code, training_request
from tests.local.test_processes import has_started, invoke_slow_function
# As in a terminal: what a shell starts in the background inherits that Ctrl-C is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
cloud = LocalCloud(pathlib.Path(sys.argv[1]))
cloud.start()
try:
    s3, sagemaker = client(cloud, "s3"), client(cloud, "sagemaker")
    prepare(lambda service: client(cloud, service))
    code = put_code(s3, "orphan", "import time; time.sleep(600)")
    sagemaker.create_training_job(**training_request("orphan", code))
    invoke_slow_function(client(cloud, "lambda"))
    while not has_started(psutil.Process()):
        time.sleep(0.1)
    print("ready", flush=True)
    time.sleep(600)
finally:
    cloud.stop()
"""


def has_started(process: psutil.Process) -> bool:
    """Whether a job's own script and a Lambda worker run below this process."""
    try:
        commands = [child.cmdline() for child in process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return False
    programs = [Path(command[-1]).name for command in commands if command]
    return "train.py" in programs and "_worker.py" in programs


def invoke_slow_function(functions: Any) -> None:
    """Start a Lambda function that is far from done."""
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("slow.py", "import time\ndef handler(*_): time.sleep(600)\n")
    functions.create_function(
        FunctionName="slow",
        Runtime="python3.13",
        Handler="slow.handler",
        Role="arn:aws:iam::123456789012:role/lambda",
        Code={"ZipFile": bundle.getvalue()},
        Timeout=900,
    )
    functions.invoke(FunctionName="slow", InvocationType="Event")


@pytest.fixture
def starter(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A program that has started a cloud in which a job runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def assert_gone(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=_WAIT_SECONDS)
    left = [process.pid for process in alive if is_alive(process.pid)]
    commands = [command_line(pid) for pid in left]
    for pid in left:
        end_process(pid)
    assert not commands


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_starter_that_ends_leaves_no_process(
    starter: "subprocess.Popen[str]", number: signal.Signals
) -> None:
    family = psutil.Process(starter.pid).children(recursive=True)
    # The emulator, the Lambda worker, the job's guard, the toolkit, the script.
    assert len(family) == 5

    starter.send_signal(number)

    starter.wait(_WAIT_SECONDS)
    assert_gone(family)


def test_an_emulator_that_is_killed_leaves_no_process(starter: "subprocess.Popen[str]") -> None:
    (emulator,) = psutil.Process(starter.pid).children()
    family = emulator.children(recursive=True)

    emulator.kill()
    starter.send_signal(signal.SIGINT)

    starter.wait(_WAIT_SECONDS)
    assert_gone(family)


def test_a_stopped_cloud_leaves_no_process(tmp_path: Path) -> None:
    cloud = LocalCloud(tmp_path)
    cloud.start()
    s3, sagemaker = client(cloud, "s3"), client(cloud, "sagemaker")
    prepare(lambda service: client(cloud, service))
    code = put_code(s3, "running", "import time; time.sleep(600)")
    sagemaker.create_training_job(**training_request("running", code))
    wait_for_phase(sagemaker, "running", "Training")
    family = psutil.Process(os.getpid()).children(recursive=True)
    family = [each for each in family if str(tmp_path) in " ".join(each.environ().values())]

    cloud.stop()

    assert family
    assert_gone(family)


def test_a_port_in_use_is_reported_with_the_process_that_uses_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        cloud = LocalCloud(tmp_path, port=port)

        with pytest.raises(PortInUseError) as refusal:
            cloud.start()

    assert f"Port {port} is in use by" in str(refusal.value)
    assert f"(process {os.getpid()})" in str(refusal.value)


def test_two_clouds_at_once_share_nothing(tmp_path: Path) -> None:
    clouds = [LocalCloud(tmp_path / name) for name in ("one", "two")]
    try:
        for cloud in clouds:
            cloud.start()
        client(clouds[0], "s3").create_bucket(Bucket=BUCKET)

        assert client(clouds[0], "s3").list_buckets()["Buckets"]
        assert not client(clouds[1], "s3").list_buckets()["Buckets"]
    finally:
        for cloud in clouds:
            cloud.stop()


def test_a_folder_serves_one_cloud_at_a_time(tmp_path: Path) -> None:
    first, second = LocalCloud(tmp_path), LocalCloud(tmp_path)
    try:
        first.start()
        client(first, "s3").create_bucket(Bucket=BUCKET)

        with pytest.raises(EmulatorError, match="Another local cloud") as refusal:
            second.start()

        assert str(tmp_path) in str(refusal.value)
        assert (tmp_path / "tmp").is_dir()
        first.stop()
        second.start()
    finally:
        first.stop()
        second.stop()
