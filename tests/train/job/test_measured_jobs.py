"""A job records its measured costs, and a failed measurement leaves its result intact."""

import json

import pytest

from job.inference_costs import LEAST_CALLS
from job.peak_memory import GpuMemory, ProcessMemory, peak_memory
from job.training_config import read_training_config
from job.training_task import task_of
from tests.support.tiny_job import BASELINES, ROWS, InterruptingLog, TinyJob, prepared_job
from training_data.tokenised_rows import TokenisedRows

METHODS = ("full", "lora", "frozen", "static", "zeroshot", *BASELINES)
QUICK = {"epochs": 2, "train_batch_size": 32}


@pytest.fixture(scope="module", params=METHODS)
def measured(request, tmp_path_factory) -> TinyJob:
    job = prepared_job(tmp_path_factory.mktemp("job"), method=request.param, **QUICK)
    job.timed_calls = LEAST_CALLS
    assert job.run().status == 0, job.failure
    return job


def test_inference_is_measured_with_the_sample_on_the_hardware_at_hand(measured):
    inference = measured.metrics["inference"]
    assert inference["num_texts"] == ROWS["test"]
    assert inference["latency_calls"] >= 100
    assert inference["device"] == measured.metrics["device"]
    p50, p95, p99 = (inference[f"latency_p{share}_seconds"] for share in (50, 95, 99))
    assert 0 < p50 <= p95 <= p99
    # Which of them is larger depends on what else the machine does just then.
    assert inference["rows_per_second_batch_1"] > 0
    assert inference["rows_per_second_batch_32"] > 0


def test_tokens_are_counted_where_there_are_any(measured):
    tokens = measured.metrics["inference"]["tokens_per_text"]
    if measured.metrics["method"] in BASELINES:
        assert tokens is None
        return
    if measured.metrics["method"] == "static":
        # It reads a text without special tokens.
        tokens += 2
    task = task_of(read_training_config(measured.config_file))
    rows = TokenisedRows(measured.tokenised / "test.parquet", task)
    assert tokens == pytest.approx(sum(len(row["input_ids"]) for row in rows) / len(rows))


def test_the_memory_peaks_name_the_memory_that_they_measure(measured):
    metrics = measured.metrics
    uses_gpu = metrics["method"] not in ("static", *BASELINES)
    assert metrics["memory_of"] == peak_memory(uses_gpu=uses_gpu).kind
    assert metrics["train_peak_bytes"] > 0
    assert metrics["inference"]["peak_bytes"] > 0


@pytest.mark.parametrize("method", ["full", "tfidf"])
def test_a_job_that_cannot_measure_keeps_its_result_and_notes_it(method, tmp_path):
    job = prepared_job(tmp_path, method=method, **QUICK)
    (job.sample / "texts.json").write_text(json.dumps({"texts": [["fine"], [7]]}))
    outcome = job.run()
    assert outcome.status == 0
    assert job.metrics["inference"] is None
    assert job.metrics["metrics"]["test"]["accuracy"] > 0
    (note,) = job.metrics["notes"]
    assert note.startswith("Inference could not be measured: ")
    assert job.metrics["train_peak_bytes"] > 0


@pytest.mark.parametrize(
    ("method", "task"), [("lora", "binary"), ("full", "multilabel"), ("full", "regression")]
)
def test_every_epoch_has_its_losses_and_metrics_also_after_an_interruption(method, task, tmp_path):
    labels = ("bad", "good") if task == "binary" else ("bad", "good", "mixed")
    job = prepared_job(tmp_path, method=method, labels=labels, task=task, **QUICK)
    with pytest.raises(KeyboardInterrupt):
        job.run(InterruptingLog(at="epoch=2 "))
    assert job.run().lines[0].startswith("bakeoff resumes from checkpoint-")
    history = job.metrics["history"]
    assert [row["epoch"] for row in history] == [1, 2]
    names = {"epoch", "train_loss", "loss", *job.metrics["metrics"]["validation"]}
    assert all(names <= row.keys() for row in history)
    assert history[0]["train_loss"] != history[1]["train_loss"]


def test_the_peak_of_a_training_is_known_to_the_attempt_that_only_scores(tmp_path, monkeypatch):
    job = prepared_job(tmp_path, **QUICK)
    for memory in (ProcessMemory, GpuMemory):
        monkeypatch.setattr(memory, "peak_bytes", lambda _: 9_000_000_000)
    with pytest.raises(KeyboardInterrupt):
        job.run(InterruptingLog(at="split=test"))
    for memory in (ProcessMemory, GpuMemory):
        monkeypatch.setattr(memory, "peak_bytes", lambda _: 1_000_000_000)
    job.run()
    assert job.metrics["train_peak_bytes"] == 9_000_000_000
    assert job.metrics["inference"]["peak_bytes"] == 1_000_000_000
