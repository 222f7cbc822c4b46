"""What the jobs of an execution leave to the next cloud, when their own is killed."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.cloud import LocalCloud, tail
from local.objects.content import ContentStore
from local.sagemaker.kept_jobs import KeptJobs, job_key
from tests.local.conftest import client
from tests.support.local_jobs import BUCKET, ROLE, channel, prepare, put_code, training_request

WAIT_SECONDS = 60.0
MINUTE, DAY = 60.0, 86_400.0
MACHINE = {
    "StartAt": "First",
    "QueryLanguage": "JSONata",
    "States": {
        "First": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
            "Arguments": "{% $states.input.first %}",
            "Output": "{% $states.input %}",
            "Next": "Second",
        },
        "Second": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
            "Arguments": "{% $states.input.second %}",
            "End": True,
        },
    },
}
FINISHES = """
import os, pathlib
for_the_next = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints", "rung", "state")
for_the_next.parent.mkdir(exist_ok=True)
for_the_next.write_text("of the first job")
with open(os.environ["TRAININGS"], "a") as file:
    file.write("trained\\n")
pathlib.Path(os.environ["SM_MODEL_DIR"], "weights.bin").write_bytes(bytes(50_000))
print("bakeoff split=validation epoch=1 loss=0.25", flush=True)
"""
IS_CUT_OFF = """
import os, pathlib, time
checkpoints = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints")
assert (checkpoints / "rung" / "state").read_text() == "of the first job"
checkpoint = checkpoints / "checkpoint-1" / "state"
if not checkpoint.exists():
    checkpoint.parent.mkdir()
    checkpoint.write_text("half way")
    time.sleep(600)
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "state").write_text(checkpoint.read_text())
"""


@contextmanager
def cloud_in(folder: Path, kept: Path) -> Iterator[LocalCloud]:
    cloud = LocalCloud(folder, kept_dir=kept)
    cloud.start()
    try:
        yield cloud
    finally:
        cloud.stop()


def start_run(cloud: LocalCloud, run: str, trainings: Path) -> Callable[[], str]:
    """Start an execution of two jobs, of which the second goes on from the first one's checkpoints;
    returns what tells its status."""
    s3, states = client(cloud, "s3"), client(cloud, "stepfunctions")
    prepare(lambda service: client(cloud, service))
    config = json.dumps({"run": run, "seed": 42})
    s3.put_object(Bucket=BUCKET, Key=f"{run}/config/config.json", Body=config.encode())

    def request(name: str, script: str) -> dict[str, Any]:
        code = put_code(s3, f"{run}/{name}", script)
        job = training_request(f"{name}-{run}", code, Environment={"TRAININGS": str(trainings)})
        job["InputDataConfig"].append(channel("config", f"s3://{BUCKET}/{run}/config/"))
        return job | {"CheckpointConfig": {"S3Uri": f"s3://{BUCKET}/{run}/checkpoints/"}}

    jobs = {"first": request("first", FINISHES), "second": request("second", IS_CUT_OFF)}
    machine = states.create_state_machine(
        name="two-jobs", definition=json.dumps(MACHINE), roleArn=ROLE.replace("sagemaker", "states")
    )["stateMachineArn"]
    started = states.start_execution(stateMachineArn=machine, name=run, input=json.dumps(jobs))
    arn = started["executionArn"]
    return lambda: str(states.describe_execution(executionArn=arn)["status"])


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_killed_cloud_loses_no_job(tmp_path: Path) -> None:
    kept, trainings = tmp_path / "kept", tmp_path / "trainings.txt"
    with cloud_in(tmp_path / "one", kept) as cloud:
        start_run(cloud, "run-1", trainings)
        wait_until(lambda: any(kept.glob("*/checkpoints/checkpoint-1/state")))
        os.kill(cloud.pid, signal.SIGKILL)
        wait_until(lambda: not cloud.is_running())
        assert "was killed by signal 9, as the system does" in cloud.obituary()

    with cloud_in(tmp_path / "two", kept) as cloud:
        status = start_run(cloud, "run-2", trainings)
        wait_until(lambda: status() != "RUNNING")

        assert status() == "SUCCEEDED"
        assert trainings.read_text() == "trained\n"
        s3, sagemaker = client(cloud, "s3"), client(cloud, "sagemaker")
        described = sagemaker.describe_training_job(TrainingJobName="first-run-2")
        archive = described["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{BUCKET}/")
        assert s3.head_object(Bucket=BUCKET, Key=archive)["ContentLength"] > 50_000


@pytest.fixture
def request_and_inputs(tmp_path: Path) -> tuple[dict[str, Any], Path]:
    inputs = tmp_path / "data"
    (inputs / "config").mkdir(parents=True)
    (inputs / "model").mkdir()
    (inputs / "model" / "model.safetensors").write_bytes(b"weights")
    (inputs / "config" / "config.json").write_text('{"run": "one", "seed": 42}')
    return training_request("job-1", "s3://bucket/code/"), inputs


def test_the_same_inputs_are_the_same_job_whatever_the_run(
    request_and_inputs: tuple[dict[str, Any], Path],
) -> None:
    request, inputs = request_and_inputs
    key = job_key(request, inputs)

    (inputs / "config" / "config.json").write_text('{"seed": 42, "run": "two"}')
    assert job_key({**request, "TrainingJobName": "job-2"}, inputs) == key


def test_the_same_inputs_are_the_same_job_whatever_the_bucket(
    request_and_inputs: tuple[dict[str, Any], Path],
) -> None:
    request, inputs = request_and_inputs

    def key_in(bucket: str) -> str:
        model = f"s3://{bucket}/uploads/0123/model/"
        (inputs / "config" / "config.json").write_text(json.dumps({"run": "one", "model": model}))
        output = {"S3OutputPath": f"s3://{bucket}/runs/one/output/"}
        parameters = {"HyperParameters": {"model_name": model}}
        return job_key({**request, **parameters, "OutputDataConfig": output}, inputs)

    assert key_in("bakeoff-1") == key_in("bakeoff-2")


@pytest.mark.parametrize(
    "changed", [{"config/config.json": '{"run": "one", "seed": 43}'}, {"model/other": "x"}]
)
def test_other_inputs_are_another_job(
    request_and_inputs: tuple[dict[str, Any], Path], changed: dict[str, str]
) -> None:
    request, inputs = request_and_inputs
    key = job_key(request, inputs)

    for name, text in changed.items():
        (inputs / name).write_text(text)
    assert job_key(request, inputs) != key
    assert job_key({**request, "HyperParameters": {"epochs": "9"}}, inputs) != key


class Clouds:
    """One cloud after another, with the same folder of kept jobs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.now = time.time()

    def next(self) -> KeptJobs:
        return KeptJobs(self._folder, lambda: self.now)


@pytest.fixture
def clouds(tmp_path: Path) -> Clouds:
    return Clouds(tmp_path / "kept")


def test_a_job_is_taken_over_only_from_an_earlier_cloud(clouds: Clouds) -> None:
    first = clouds.next()
    first.job("run", "key").finish({"BillableTimeInSeconds": 7})

    assert first.job("run", "key").finished() is None
    assert clouds.next().job("again", "key").finished() == {"BillableTimeInSeconds": 7}


def test_a_run_that_has_succeeded_is_soon_forgotten(clouds: Clouds) -> None:
    first = clouds.next()
    first.job("run", "key").finish({})
    first.job("other", "other-key").finish({})
    first.execution_succeeded("run")

    clouds.now += 2 * MINUTE

    later = clouds.next()
    assert later.job("again", "key").finished() is None
    assert later.job("again", "other-key").finished() is not None


def test_a_run_that_has_succeeded_is_kept_while_its_results_are_fetched(clouds: Clouds) -> None:
    first = clouds.next()
    first.job("run", "key").finish({})

    first.execution_succeeded("run")

    assert clouds.next().job("again", "key").finished() is not None


def test_the_same_request_sent_again_to_the_same_cloud_trains_anew(clouds: Clouds) -> None:
    cloud = clouds.next()
    dropped = cloud.job("run", "rung")
    (dropped.checkpoints / "state").write_text("of all its steps")
    dropped.finish({})
    cloud.execution_succeeded("run")

    assert not list(cloud.job("again", "rung").checkpoints.iterdir())


def test_a_run_that_is_sent_again_after_it_has_succeeded_survives_its_cloud(
    clouds: Clouds,
) -> None:
    cloud = clouds.next()
    cloud.job("run", "key").finish({})
    cloud.execution_succeeded("run")
    cloud.job("again", "key").finish({"BillableTimeInSeconds": 7})

    clouds.now += 2 * MINUTE

    assert clouds.next().job("once more", "key").finished() == {"BillableTimeInSeconds": 7}


def test_a_cloud_forgets_what_had_succeeded_shortly_before_it_started(clouds: Clouds) -> None:
    first = clouds.next()
    first.job("run", "key").finish({})
    first.execution_succeeded("run")
    cloud = clouds.next()

    clouds.now += 2 * MINUTE

    assert cloud.job("again", "key").finished() is None


def test_nothing_is_kept_for_ever(clouds: Clouds) -> None:
    clouds.next().job("run", "key").finish({})

    clouds.now += 8 * DAY

    assert clouds.next().job("again", "key").finished() is None


def test_a_finished_job_keeps_its_outputs_and_what_it_left_for_the_next(
    clouds: Clouds, tmp_path: Path
) -> None:
    content = ContentStore(tmp_path / "objects").add(b"model" * 10_000)
    job = clouds.next().job("run", "key")
    (job.checkpoints / "optimizer.pt").write_text("state")
    job.keep_archive("model.tar.gz", content)
    job.finish({})

    del content

    kept = clouds.next().job("again", "key")
    assert kept.archive("model.tar.gz").read_bytes() == b"model" * 10_000
    assert [path.name for path in kept.checkpoints.iterdir()] == ["optimizer.pt"]


def test_checkpoints_are_kept_until_the_job_that_goes_on_from_them_has_finished(
    clouds: Clouds,
) -> None:
    cloud = clouds.next()
    rung = cloud.job("run", "rung", "s3://bucket/a/")
    other = cloud.job("run", "other", "s3://bucket/b/")
    for each in (rung, other):
        (each.checkpoints / "state").write_text("half way")
        each.finish({})
    final = cloud.job("run", "final", "s3://bucket/a/")
    assert (rung.checkpoints / "state").exists()

    final.finish({})

    assert not rung.checkpoints.exists()
    assert (other.checkpoints / "state").exists()
    assert clouds.next().job("again", "rung").finished() == {}


def test_the_end_of_the_log_leaves_out_calls_that_were_allowed(tmp_path: Path) -> None:
    log = tmp_path / "emulator.log"
    allowed = "2026-11-30 04:31:05 INFO [rights] allowed arn:aws:iam::1:role/a s3:GetObject *\n"
    log.write_text("ERROR no memory is left\n" + 100 * allowed)
    assert tail(log) == "ERROR no memory is left"
