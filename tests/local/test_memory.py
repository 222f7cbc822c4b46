"""Jobs that run side by side only if there is memory for both."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from local.host import memory
from local.sagemaker.memory_gate import MemoryGate
from local.sagemaker.memory_needs import ModelSize, most_needed_bytes, needed_bytes
from tests.support.local_jobs import BUCKET, put_code, training_request, wait_for_training

GB = 1_000_000_000
WAIT_SECONDS = 10.0
BERT_BASE = ModelSize(num_weights=110_000_000, hidden_size=768, num_layers=12)


class Machine:
    """A machine with so much free memory, and jobs in threads of their own."""

    def __init__(self, free_bytes: int) -> None:
        self.free_bytes = free_bytes
        self.gate = MemoryGate(lambda: self.free_bytes, look_seconds=0.01)

    @contextmanager
    def job(self, needed_bytes: int, **options: Any) -> Iterator["Job"]:
        job = Job(self.gate, needed_bytes, options)
        try:
            yield job
        finally:
            job.end()


class Job:
    def __init__(self, gate: MemoryGate, needed_bytes: int, options: dict[str, Any]) -> None:
        self.runs, self.waits, self._may_end = (threading.Event() for _ in range(3))

        def work() -> None:
            with gate.admitted(needed_bytes, on_wait=self.waits.set, **options) as place:
                self.place = place
                self.runs.set()
                self._may_end.wait(WAIT_SECONDS)

        self._thread = threading.Thread(target=work)
        self._thread.start()

    def end(self) -> None:
        self._may_end.set()
        self._thread.join(WAIT_SECONDS)


def test_jobs_that_fit_run_side_by_side() -> None:
    machine = Machine(10 * GB)

    with machine.job(4 * GB) as first, machine.job(4 * GB) as second:
        assert first.runs.wait(WAIT_SECONDS)
        assert second.runs.wait(WAIT_SECONDS)
        assert not second.waits.is_set()


def test_a_job_that_does_not_fit_waits_for_the_other() -> None:
    machine = Machine(10 * GB)

    with machine.job(6 * GB) as first:
        assert first.runs.wait(WAIT_SECONDS)
        with machine.job(6 * GB) as second:
            assert second.waits.wait(WAIT_SECONDS)
            assert not second.runs.is_set()
            first.end()
            assert second.runs.wait(WAIT_SECONDS)


def test_what_a_job_uses_already_is_not_counted_twice() -> None:
    machine = Machine(10 * GB)

    with machine.job(6 * GB) as first:
        assert first.runs.wait(WAIT_SECONDS)
        first.place.used_bytes = lambda: 6 * GB
        machine.free_bytes = 4 * GB
        with machine.job(3 * GB) as second:
            assert second.runs.wait(WAIT_SECONDS)


def test_a_job_that_fits_nowhere_runs_alone() -> None:
    machine = Machine(2 * GB)

    with machine.job(50 * GB) as job:
        assert job.runs.wait(WAIT_SECONDS)


def test_nothing_runs_beside_a_job_that_must_be_alone() -> None:
    machine = Machine(100 * GB)

    with machine.job(1 * GB, is_alone=True) as first:
        assert first.runs.wait(WAIT_SECONDS)
        with machine.job(1 * GB) as second:
            assert second.waits.wait(WAIT_SECONDS)
            first.end()
            assert second.runs.wait(WAIT_SECONDS)


def test_a_stopped_job_no_longer_waits() -> None:
    machine, stop = Machine(10 * GB), threading.Event()

    with machine.job(9 * GB) as first:
        assert first.runs.wait(WAIT_SECONDS)
        with machine.job(9 * GB, is_stopped=stop.is_set) as second:
            assert second.waits.wait(WAIT_SECONDS)
            stop.set()
            assert second.runs.wait(WAIT_SECONDS)


def test_methods_need_memory_in_the_order_of_what_they_train() -> None:
    recipe = {"train_batch_size": "16", "eval_batch_size": "16", "max_length": "128"}

    full, lora, frozen, static = (
        needed_bytes({**recipe, "method": method}, BERT_BASE)
        for method in ("full", "lora", "frozen", "static")
    )

    assert full > lora > frozen > needed_bytes({}, None)
    assert full > static > needed_bytes({}, None)
    # AdamW alone has 16 bytes for each weight.
    assert full - lora == 12 * BERT_BASE.num_weights


def test_a_language_model_needs_no_more_memory_for_more_rows_at_once() -> None:
    recipe = {"method": "prompt", "max_length": "2048"}
    few, many = (
        needed_bytes({**recipe, "eval_batch_size": size}, BERT_BASE) for size in ("1", "64")
    )

    assert few == many > 4 * BERT_BASE.num_weights


def test_longer_batches_need_more_memory() -> None:
    short, long = (
        needed_bytes({"method": "full", "train_batch_size": "8", "max_length": length}, BERT_BASE)
        for length in ("128", "512")
    )

    assert long > short


def test_a_model_is_as_large_as_its_tensors_whatever_their_type(tmp_path: Path) -> None:
    save_file({"a": np.zeros((10, 7), np.float16)}, tmp_path / "model-00001-of-00002.safetensors")
    save_file({"b": np.zeros(30, np.float32)}, tmp_path / "model-00002-of-00002.safetensors")
    (tmp_path / "config.json").write_text(json.dumps({"d_model": 7, "num_layers": 2}))

    assert ModelSize.of(tmp_path) == ModelSize(100, 7, 2)


def test_a_job_with_several_models_needs_the_memory_of_the_largest(tmp_path: Path) -> None:
    for channel, num_weights in (("model-0", 1000), ("model-1", 2000), ("dataset", 3000)):
        folder = tmp_path / channel
        folder.mkdir()
        weights = {"a": np.zeros(num_weights, np.uint8)}
        save_file(weights, folder / "model.safetensors")

    needed = most_needed_bytes({"method": "frozen"}, tmp_path)

    assert needed == needed_bytes({"method": "frozen"}, ModelSize.of(tmp_path / "model-1"))
    assert most_needed_bytes({}, tmp_path / "dataset") == needed_bytes({}, None)


@pytest.mark.parametrize("content", [b"", b"12345678{", b"\x02" + bytes(7) + b"[]"])
def test_a_file_that_is_no_model_is_no_reason_to_fail(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)

    assert ModelSize.of(tmp_path) is None


def test_this_machine_has_memory() -> None:
    assert 0 < memory.free_bytes() <= memory.total_bytes()


def test_a_killed_job_is_tried_once_more_alone(
    s3: Any, sagemaker: Any, aws: Callable[[str], Any]
) -> None:
    script = """
import os, pathlib, signal
tried = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"], "checkpoints", "tried")
if not tried.exists():
    tried.touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    checkpoints = {"S3Uri": f"s3://{BUCKET}/killed-once/checkpoints/"}
    request = training_request(
        "killed-once", put_code(s3, "killed-once", script), CheckpointConfig=checkpoints
    )
    sagemaker.create_training_job(**request)

    assert wait_for_training(sagemaker, "killed-once")["TrainingJobStatus"] == "Completed"
    events = aws("logs").filter_log_events(
        logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix="killed-once/"
    )["events"]
    assert any("It is tried once more, alone." in event["message"] for event in events)


def test_a_job_that_is_killed_twice_says_so(s3: Any, sagemaker: Any) -> None:
    script = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    sagemaker.create_training_job(
        **training_request("killed-twice", put_code(s3, "killed-twice", script))
    )

    described = wait_for_training(sagemaker, "killed-twice")

    assert described["TrainingJobStatus"] == "Failed"
    assert "Out of memory: the system killed the job" in described["FailureReason"]
    assert "tried alone, with the same end" in described["FailureReason"]
