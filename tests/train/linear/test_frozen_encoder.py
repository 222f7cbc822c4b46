"""The method frozen: an encoder as it is, and a linear model on what it gives."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

from job.training_config import read_training_config
from job.training_task import task_of
from linear.frozen_encoder import STRENGTHS, FrozenModel
from linear.pooled_features import LAST, MEAN, PooledEncoder, is_causal
from tests.support.tiny_job import ROWS, TinyJob, prepared_job
from tests.support.tiny_models import HIDDEN_SIZE
from training_data.tokenised_rows import TokenisedRows

POOLING = {"bert": MEAN, "gpt2": LAST, "t5": MEAN}
# The weights are random, so some encoders give little; the most frequent label's would be 0.5.
AT_LEAST = {"bert": 0.8, "gpt2": 0.6, "t5": 0.6}


@pytest.fixture(scope="module", params=POOLING)
def family(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def trained(family, tmp_path_factory) -> TinyJob:
    job = prepared_job(tmp_path_factory.mktemp("job"), family=family, method="frozen")
    assert job.run().status == 0, job.failure
    return job


def encoder_of(job: TinyJob) -> PooledEncoder:
    model = AutoModel.from_pretrained(job.model)
    return PooledEncoder.of(model, AutoTokenizer.from_pretrained(job.model))


def rows_of_test(job: TinyJob) -> TokenisedRows:
    config = read_training_config(job.config_file)
    return TokenisedRows(job.tokenised / "test.parquet", task_of(config))


def test_a_head_learns_from_what_the_encoder_gives(trained, family):
    assert trained.metrics["metrics"]["test"]["balanced_accuracy"] > AT_LEAST[family]


def test_a_result_without_epochs_has_the_choice_made_on_validation(trained, family):
    metrics = trained.metrics
    assert metrics["history"] == []
    assert metrics["best_epoch"] is None
    assert metrics["precision"] in ("fp32", "bf16", "fp16")
    assert metrics["chosen"]["pooling"] == POOLING[family]
    assert metrics["chosen"]["C"] in STRENGTHS
    assert metrics["rows"] == ROWS
    assert set(metrics["seconds"]) == {"load", "train", "test", "save", "measure", "total"}


def test_the_encoder_is_saved_as_it_was(trained):
    before = AutoModel.from_pretrained(trained.model).state_dict()
    after = AutoModel.from_pretrained(trained.trained_model / "encoder").state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_the_saved_model_gives_the_scored_logits(trained):
    texts = pq.read_table(trained.dataset / "test.parquet")["text"].to_pylist()
    outputs = FrozenModel.load(trained.trained_model).outputs(texts[:12])
    # In bf16 padding changes the rounding.
    assert outputs == pytest.approx(trained.predictions["logits"][:12], abs=0.15)


def test_sizes_are_those_of_all_that_is_saved(trained):
    folder = trained.trained_model
    weights = [folder / "encoder" / "model.safetensors", folder / "head.safetensors"]
    metrics = trained.metrics
    assert metrics["num_parameters"] == sum(
        tensor.numel() for path in weights for tensor in load_file(path).values()
    )
    assert metrics["model_bytes"] == sum(
        path.stat().st_size for path in [*weights, folder / "model.json"]
    )


def test_the_same_job_gives_the_same_numbers(trained, family, tmp_path):
    again = prepared_job(tmp_path, family=family, method="frozen")
    again.run()
    assert np.array_equal(again.predictions["logits"], trained.predictions["logits"])


def test_only_a_decoder_is_causal(trained, family):
    assert is_causal(encoder_of(trained).encoder, 64) == (family == "gpt2")


def test_features_do_not_depend_on_the_rows_beside_them(trained, monkeypatch):
    monkeypatch.setattr("job.hardware.precision", lambda: "fp32")
    encoder, rows = encoder_of(trained), rows_of_test(trained)
    together, alone = encoder.features(rows, batch_size=90), encoder.features(rows, batch_size=1)
    assert together.shape == (ROWS["test"], HIDDEN_SIZE)
    assert together == pytest.approx(alone, abs=1e-5)


def test_features_are_pooled_as_configured(trained, family, monkeypatch):
    monkeypatch.setattr("job.hardware.precision", lambda: "fp32")
    encoder, rows = encoder_of(trained), rows_of_test(trained)
    inputs = {name: torch.tensor([ids]) for name, ids in rows[3].items() if name != "labels"}
    with torch.no_grad():
        states = encoder.encoder(**inputs).last_hidden_state[0]
    expected = states.mean(dim=0) if POOLING[family] == MEAN else states[-1]
    assert encoder.features(rows, batch_size=8)[3] == pytest.approx(expected.numpy(), abs=1e-5)


@pytest.mark.parametrize("task", ["multilabel", "regression"])
def test_it_serves_other_tasks_too(task, tmp_path):
    job = prepared_job(tmp_path, labels=("bad", "good", "mixed"), task=task, method="frozen")
    assert job.run().status == 0
    metrics = job.metrics
    assert (
        metrics["metrics"]["test"][{"multilabel": "micro_f1", "regression": "pearson"}[task]] > 0.8
    )
    content = json.loads((job.trained_model / "model.json").read_text())
    assert content["threshold"] == metrics["threshold"]
    assert (metrics["threshold"] is None) == (task == "regression")


def test_it_reads_both_texts_of_a_pair(tmp_path):
    job = prepared_job(tmp_path, is_pair=True, method="frozen")
    assert job.run().status == 0
    assert job.metrics["metrics"]["test"]["accuracy"] > 0.75
