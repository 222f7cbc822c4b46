"""Screening jobs, from the folders that the toolkit lays out to the scores."""

import math
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import load_file, save_file

from limits.limited_process import LimitedProcesses, ProcessFailedError
from screening.screened_model import LIBRARIES
from snapshot.dataset_snapshot import LABEL_TYPES
from tests.support.tiny_screening import prepared_screening

FAMILIES = ("bert", "gpt2", "t5")


@pytest.fixture(scope="module")
def processes():
    return LimitedProcesses(4 * 2**30, LIBRARIES)


def break_weights(folder, change):
    weights = load_file(folder / "model.safetensors")
    save_file({name: change(each) for name, each in weights.items()}, folder / "model.safetensors")


def to_nan(weight):
    return torch.full_like(weight, math.nan)


def test_each_model_has_the_scores_of_its_features(tmp_path, processes):
    job = prepared_screening(tmp_path, FAMILIES)

    outcome = job.run(processes)

    assert outcome.status == 0
    assert list(job.scores) == list(FAMILIES)
    assert [score["pooling"] for score in job.scores.values()] == ["mean", "lasttoken", "mean"]
    for score in job.scores.values():
        assert (score["status"], score["reason"]) == ("scored", None)
        # The words tell the label, so even random weights do.
        assert 0 < score["log_loss"] < math.log(2)
        assert score["layers"] in ("last", "mean")
        assert score["num_tokens"] > 500
        assert score["r2"] is score["metric"] is score["train_tokens"] is None
    lines = [line for line in outcome.lines if line.startswith("bakeoff screened")]
    assert len(lines) == 3
    assert "candidate=bert status=scored log_loss=0." in lines[0]


def test_a_broken_model_costs_its_own_score_alone(tmp_path, processes):
    job = prepared_screening(tmp_path, ("bert", "gpt2", "t5", "distilbert"))
    break_weights(job.model(0), to_nan)
    weights = job.model(2) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    (job.model(3) / "config.json").unlink()

    outcome = job.run(processes)

    assert outcome.status == 0
    assert [score["status"] for score in job.scores.values()] == [
        "failed",
        "scored",
        "failed",
        "failed",
    ]
    reasons = {name: score["reason"] for name, score in job.scores.items()}
    assert "not finite numbers (NaN or infinity) for 100 of 100 texts" in reasons["bert"]
    assert reasons["t5"].startswith("It could not be screened: ")
    assert "status=failed: Its outputs are not finite" in outcome.log


class CrashingProcesses:
    """Processes that end by themselves, but for those of some candidates."""

    def __init__(self, processes, spared):
        self.memory_bytes = processes.memory_bytes
        self._processes, self._spared = processes, spared

    def run(self, function, config, model, *arguments, memory_bytes):
        if model.candidate not in self._spared:
            raise ProcessFailedError("It took more than the 2.0 GiB of memory that it may use.")
        return self._processes.run(function, config, model, *arguments, memory_bytes=memory_bytes)


def test_a_model_whose_process_is_ended_costs_its_own_score_alone(tmp_path, processes):
    job = prepared_screening(tmp_path, ("bert", "gpt2"))

    outcome = job.run(CrashingProcesses(processes, spared={"gpt2"}))

    assert outcome.status == 0
    assert "2.0 GiB of memory" in job.scores["bert"]["reason"]
    assert job.scores["gpt2"]["status"] == "scored"


def test_an_interrupted_job_goes_on_with_the_scores_that_it_has(tmp_path, processes):
    whole = prepared_screening(tmp_path / "whole", FAMILIES)
    whole.run(processes)
    job = prepared_screening(tmp_path / "interrupted", FAMILIES)
    with pytest.raises(KeyboardInterrupt):
        job.run(processes, stop_at="candidate=gpt2")
    # What has been scored is not computed again.
    (job.model(0) / "model.safetensors").unlink()

    outcome = job.run(processes)

    assert outcome.status == 0
    assert "bakeoff resumes with 2 scores" in outcome.log
    assert "features candidate=bert" not in outcome.log
    assert [each for each in outcome.lines if each.startswith("bakeoff screened candidate=bert ")]
    assert job.scores == whole.scores
    assert list(job.checkpoints.iterdir()) == []


def test_a_checkpoint_that_was_cut_off_is_not_read(tmp_path, processes):
    job = prepared_screening(tmp_path)
    job.checkpoints.mkdir()
    (job.checkpoints / "screening.json").write_text('{"schema_version": 1, "scores": [{"cand')

    assert job.run(processes).status == 0
    assert job.scores["bert"]["status"] == "scored"


def test_candidates_of_one_model_share_its_features(tmp_path, processes):
    job = prepared_screening(tmp_path, ("bert", "roberta"))
    first, second = job.config.models
    lora = replace(first, candidate="bert-lora", method="lora")
    shorter = replace(first, candidate="bert-shorter", max_length=8)
    job = job.with_models([first, second, lora, shorter])

    job.run(processes)

    losses = {name: score["log_loss"] for name, score in job.scores.items()}
    assert job.scores["bert-lora"]["num_tokens"] == 0
    assert losses["bert-lora"] == losses["bert"]
    assert len(set(losses.values())) == 3


def test_the_authors_pooling_is_used(tmp_path, processes):
    job = prepared_screening(tmp_path)
    (job.model(0) / "1_Pooling").mkdir()
    (job.model(0) / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')

    job.run(processes)

    assert job.scores["bert"]["pooling"] == "cls"


@pytest.mark.parametrize(
    ("task", "labels"),
    [("multiclass", ("good", "bad", "mixed")), ("multilabel", ("good", "bad", "mixed"))],
)
def test_several_labels_are_screened_by_log_loss(tmp_path, processes, task, labels):
    job = prepared_screening(tmp_path, task=task, labels=labels)

    job.run(processes)

    score = job.scores["bert"]
    assert 0 < score["log_loss"] < math.log(3)
    assert math.isfinite(score["log_me"])


def test_numbers_are_screened_by_r2(tmp_path, processes):
    job = prepared_screening(tmp_path, task="regression")

    job.run(processes)

    score = job.scores["bert"]
    assert 0 < score["r2"] < 1
    assert score["log_loss"] is None
    assert math.isfinite(score["log_me"])


def test_classes_with_a_row_or_two_are_screened(tmp_path, processes):
    job = prepared_screening(tmp_path, task="multiclass", labels=("good", "bad", "mixed"))
    table = pq.read_table(job.train_rows)
    classes = [0, 1, 2, *([0, 1] * 60)][: len(table)]
    labels = pa.array(classes, LABEL_TYPES["multiclass"])
    pq.write_table(
        table.set_column(table.column_names.index("label"), "label", labels), job.train_rows
    )

    job.run(processes)

    assert job.scores["bert"]["status"] == "scored"


def test_pairs_are_screened_by_a_short_training(tmp_path, processes):
    job = prepared_screening(
        tmp_path,
        ("bert", "gpt2", "distilbert"),
        kind="short_training",
        is_pair=True,
        main_metric="accuracy",
    )
    full, lora, broken = job.config.models
    frozen = replace(full, candidate="bert-frozen", method="frozen")
    job = job.with_models([full, replace(lora, method="lora"), broken, frozen])
    break_weights(job.model(2), to_nan)

    assert job.run(processes).status == 0

    scores = job.scores
    for name in ("bert", "gpt2", "bert-frozen"):
        assert scores[name]["status"] == "scored", scores[name]["reason"]
        assert 0.4 < scores[name]["metric"] <= 1
        assert 0 <= scores[name]["standard_error"] < 0.2
        assert scores[name]["log_loss"] is scores[name]["log_me"] is None
    assert scores["bert"]["train_tokens"] > 2000
    assert "diverged" in scores["distilbert"]["reason"]


def test_a_short_training_repeats_itself(tmp_path, processes):
    jobs = [
        prepared_screening(tmp_path / name, task="regression", kind="short_training", is_pair=True)
        for name in ("one", "other")
    ]
    for job in jobs:
        job.run(processes)

    one, other = (job.scores for job in jobs)
    assert one == other
    assert one["bert"]["status"] == "scored"


def test_a_configuration_that_cannot_be_read_fails_the_job(tmp_path, processes):
    job = prepared_screening(tmp_path)
    (tmp_path / "input" / "data" / "config" / "config.json").write_text('{"schema_version": 0}')

    outcome = job.run(processes)

    assert outcome.status == 1
    assert "config.json has schema_version 0" in job.failure
