"""The method frozen: an encoder as it is, and a linear model on what it gives."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModel

from embedding.text_encoder import TextEncoder
from linear.feature_choice import STRENGTHS
from linear.frozen_model import FrozenModel
from model.sentence_layout import LAST, MEAN
from tests.support.sentence_models import dense, library_vectors, normalised, sentence_model
from tests.support.tiny_job import ROWS, TinyJob, prepared_job

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


def test_a_head_learns_from_what_the_encoder_gives(trained, family):
    assert trained.metrics["metrics"]["test"]["balanced_accuracy"] > AT_LEAST[family]


def test_a_result_without_epochs_has_the_choice_made_on_validation(trained, family):
    metrics = trained.metrics
    assert metrics["history"] == []
    assert metrics["best_epoch"] is None
    assert metrics["precision"] in ("fp32", "bf16", "fp16")
    assert metrics["chosen"]["pooling"] == POOLING[family]
    assert metrics["chosen"]["layer"] in ("last", "mean")
    assert metrics["chosen"]["C"] in STRENGTHS
    assert metrics["rows"] == ROWS
    phases = {"load", "train", "test", "save", "labels", "measure", "total"}
    assert set(metrics["seconds"]) == phases


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


@pytest.mark.parametrize("family", ["bert", "gpt2"])
def test_it_reads_both_texts_of_a_pair(tmp_path, family):
    job = prepared_job(tmp_path, family=family, is_pair=True, method="frozen")
    assert job.run().status == 0
    metrics = job.metrics
    assert metrics["metrics"]["test"]["accuracy"] > AT_LEAST[family] - 0.05
    assert metrics["chosen"]["texts_of_a_pair"] in ("alone", "joint")
    rows = pq.read_table(job.dataset / "test.parquet").slice(0, 12)
    columns = (rows[name].to_pylist() for name in ("text", "text_pair"))
    outputs = FrozenModel.load(job.trained_model).outputs(*columns)
    assert outputs == pytest.approx(job.predictions["logits"][:12], abs=0.15)


@pytest.fixture(scope="module", params=[False, True], ids=["texts", "pairs"])
def embedder(request, tmp_path_factory) -> TinyJob:
    """A job of a sentence encoder."""
    base = tmp_path_factory.mktemp("job")
    job = prepared_job(base, is_pair=request.param, method="frozen")
    made = sentence_model(
        base / "made",
        pooling=("cls", "mean"),
        layers=[dense(24, torch.nn.Tanh(), 64), normalised()],
        prompts={"all": "story "},
        default_prompt="all",
    )
    job.replace_model(made)
    assert job.run().status == 0, job.failure
    return job


def test_a_sentence_encoder_is_used_as_its_authors_use_it(embedder):
    chosen = embedder.metrics["chosen"]
    pairing = {"texts_of_a_pair": "alone"} if embedder.is_pair else {}
    assert chosen == {
        "C": chosen["C"],
        "pooling": "cls+mean",
        "layer": "last",
        "normalised": True,
        "prompt": "story ",
        **pairing,
    }
    assert embedder.metrics["notes"] == []


def test_the_saved_sentence_encoder_is_one(embedder, monkeypatch):
    monkeypatch.setattr("job.hardware.precision", lambda: "fp32")
    texts = ["a lovely film", "a dull plot"]
    whole = FrozenModel.load(embedder.trained_model)
    vectors = whole.encoder.vectors([[text] for text in texts], 2).by_layer["last"]
    assert vectors == pytest.approx(library_vectors(embedder.model, texts), abs=1e-5)
    assert vectors == pytest.approx(
        library_vectors(embedder.trained_model / "encoder", texts), abs=1e-5
    )


def test_a_second_job_embeds_nothing_anew(embedder, tmp_path, monkeypatch):
    kept = {path.name: path.read_bytes() for path in embedder.checkpoints.iterdir()}
    assert kept
    before = embedder.metrics, embedder.predictions["logits"]

    def refuse(*arguments, **options):
        raise AssertionError("a text was embedded again")

    with monkeypatch.context() as patches:
        patches.setattr(TextEncoder, "vectors", refuse)
        assert embedder.run().status == 0
    after = embedder.metrics
    assert np.array_equal(embedder.predictions["logits"], before[1])
    assert after["metrics"] == before[0]["metrics"]
    assert (before[0]["has_reused_vectors"], after["has_reused_vectors"]) == (False, True)
    assert "were there from an earlier job" in after["notes"][0]
    assert after["cpu_seconds"] > 0
    assert {path.name: path.read_bytes() for path in embedder.checkpoints.iterdir()} == kept
