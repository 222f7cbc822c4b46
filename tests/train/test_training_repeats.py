"""The same job gives the same numbers, also if it is interrupted and goes on elsewhere."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support import TRAIN
from tests.support.tiny_job import ROWS, InterruptingLog, TinyJob, prepared_job

EPOCH_STEPS = 20


def short_job(folder: Path, **settings: Any) -> TinyJob:
    """Three epochs of EPOCH_STEPS."""
    return prepared_job(folder, train_batch_size=ROWS["train"] // EPOCH_STEPS, **settings)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory) -> TinyJob:
    job = short_job(tmp_path_factory.mktemp("uninterrupted"))
    job.run()
    return job


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory) -> TinyJob:
    """Stopped in its third epoch of three, and moved to another container."""
    first = short_job(tmp_path_factory.mktemp("first"))
    with pytest.raises(KeyboardInterrupt):
        first.run(InterruptingLog(at="epoch=3 "))
    second = TinyJob(tmp_path_factory.mktemp("second") / "ml")
    shutil.move(first.base, second.base)
    return second


@pytest.fixture
def resumable(interrupted: TinyJob, tmp_path: Path) -> TinyJob:
    """A copy for one test."""
    job = TinyJob(tmp_path / "ml")
    shutil.copytree(interrupted.base, job.base)
    return job


def scored(job: TinyJob) -> dict:
    """All that must not depend on the time or the place."""
    metrics = job.metrics
    history = [
        {name: value for name, value in epoch.items() if name != "seconds"}
        for epoch in metrics["history"]
    ]
    return {
        "metrics": metrics["metrics"],
        "best_epoch": metrics["best_epoch"],
        "history": history,
        "logits": job.predictions["logits"].tolist(),
    }


def step(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def newest_checkpoint(job: TinyJob) -> Path:
    return max(job.checkpoints.iterdir(), key=step)


def test_the_same_job_gives_the_same_numbers(uninterrupted, tmp_path):
    again = short_job(tmp_path)
    again.run()
    assert scored(again) == scored(uninterrupted)


def test_another_seed_gives_other_numbers(uninterrupted, tmp_path):
    other = short_job(tmp_path, seed=43)
    other.run()
    assert not np.array_equal(other.predictions["logits"], uninterrupted.predictions["logits"])


def test_an_interrupted_job_resumes_to_the_same_numbers(uninterrupted, resumable):
    outcome = resumable.run()
    assert outcome.status == 0
    assert outcome.lines[0] == f"bakeoff resumes from checkpoint-{2 * EPOCH_STEPS}"
    assert not any("epoch=1 " in line for line in outcome.lines)
    assert scored(resumable) == scored(uninterrupted)


@pytest.mark.parametrize(
    "name",
    ["model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "progress.json"],
)
def test_a_checkpoint_that_was_cut_off_is_not_gone_on_from(uninterrupted, resumable, name):
    newest = newest_checkpoint(resumable)
    cut_off = newest / name
    cut_off.write_bytes(cut_off.read_bytes()[: cut_off.stat().st_size // 2])
    outcome = resumable.run()
    assert outcome.lines[0] == f"bakeoff resumes from checkpoint-{EPOCH_STEPS}"
    assert scored(resumable) == scored(uninterrupted)


@pytest.mark.parametrize("name", ["trainer_state.json", "model.safetensors", "optimizer.pt"])
def test_a_checkpoint_that_lacks_a_file_is_not_gone_on_from(resumable, name):
    (newest_checkpoint(resumable) / name).unlink()
    outcome = resumable.run()
    assert outcome.status == 0
    assert outcome.lines[0] == f"bakeoff resumes from checkpoint-{EPOCH_STEPS}"


def test_without_the_best_checkpoint_a_job_starts_anew(tmp_path):
    job = short_job(tmp_path)
    # So that the first epoch, the worst, is taken for the best.
    job.write_config(json.loads(job.config_file.read_text()) | {"higher_is_better": False})
    with pytest.raises(KeyboardInterrupt):
        job.run(InterruptingLog(at="epoch=3 "))
    assert sorted(map(step, job.checkpoints.iterdir())) == [EPOCH_STEPS, 2 * EPOCH_STEPS]
    (job.checkpoints / f"checkpoint-{EPOCH_STEPS}" / "model.safetensors").unlink()
    outcome = job.run()
    assert outcome.status == 0
    assert not any("resumes" in line for line in outcome.lines)
    assert job.metrics["best_epoch"] == 1


def test_a_job_that_was_interrupted_after_training_only_scores_test(uninterrupted, tmp_path):
    job = short_job(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        job.run(InterruptingLog(at="split=test"))
    # Of three: the last one, and the best one if that is another.
    assert 1 <= len(list(job.checkpoints.iterdir())) <= 2
    outcome = job.run()
    assert [line.split(" ")[1] for line in outcome.lines] == ["resumes", "split=test"]
    assert scored(job) == scored(uninterrupted)


def test_a_killed_job_resumes_within_an_epoch_to_the_same_numbers(uninterrupted, tmp_path):
    job = short_job(tmp_path, checkpoint_steps=7)
    # In the second epoch of three.
    kill_at(job, job.checkpoints / "checkpoint-28" / "progress.json")
    assert not job.metrics_file.exists()
    assert step(newest_checkpoint(job)) % EPOCH_STEPS != 0
    outcome = job.run()
    assert re.fullmatch(r"bakeoff resumes from checkpoint-\d+", outcome.lines[0])
    assert int(outcome.lines[0].rpartition("-")[2]) % EPOCH_STEPS != 0
    assert scored(job) == scored(uninterrupted)
    assert job.metrics["padding_share"] == uninterrupted.metrics["padding_share"]


def kill_at(job: TinyJob, file: Path) -> None:
    """Run the job in a process of its own, and end it, as nothing can hinder, at the file."""
    log = (job.base / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, str(TRAIN / "train.py")],
        env=job.environ | {"OMP_NUM_THREADS": "1"},
        stdout=log,
        stderr=log,
    )
    while not file.exists():
        assert process.poll() is None, (job.base / "log").read_text()
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL


def test_patience_ends_a_training_that_gets_no_better(tmp_path):
    job = impatient_job(tmp_path)
    outcome = job.run()
    assert [line.split(" ")[1:3] for line in outcome.lines] == [
        ["split=validation", "epoch=1"],
        ["split=validation", "epoch=2"],
        ["split=test", "epoch=1"],
    ]
    metrics = job.metrics
    assert metrics["stopped_early"] is True
    assert metrics["epochs_trained"] == 2
    assert metrics["best_epoch"] == 1


def test_a_job_that_was_interrupted_after_it_stopped_early_trains_no_further(tmp_path):
    job = impatient_job(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        job.run(InterruptingLog(at="split=test"))
    # Of three: the last one, and the best one if that is another.
    assert 1 <= len(list(job.checkpoints.iterdir())) <= 2
    outcome = job.run()
    assert [line.split(" ")[1] for line in outcome.lines] == ["resumes", "split=test"]
    assert job.metrics["epochs_trained"] == 2
    assert job.metrics["stopped_early"] is True


def impatient_job(folder: Path) -> TinyJob:
    """Its first epoch, the worst of three, is taken for the best."""
    job = short_job(folder, early_stopping_patience=1)
    job.write_config(json.loads(job.config_file.read_text()) | {"higher_is_better": False})
    return job


def test_without_patience_all_epochs_are_trained(uninterrupted):
    assert uninterrupted.metrics["stopped_early"] is False
    assert uninterrupted.metrics["epochs_trained"] == 3


def test_a_job_that_has_ended_well_leaves_no_checkpoints(uninterrupted):
    assert list(uninterrupted.checkpoints.iterdir()) == []
