"""The method static: means of token vectors, read or distilled, and a linear model on them."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load_file

from linear.feature_choice import STRENGTHS
from linear.static_model import StaticModel
from tests.support.static_models import NUMBERS, library_vectors, static_model
from tests.support.tiny_job import ROWS, TinyJob, prepared_job

AT_LEAST = 0.8
"""The most frequent label's would be 0.5."""


@pytest.fixture(scope="module", params=["bert", "gpt2", "t5", "model2vec"])
def origin(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def trained(origin, tmp_path_factory) -> TinyJob:
    job = static_job(tmp_path_factory.mktemp("job"), origin)
    assert job.run().status == 0, job.failure
    return job


def static_job(base, origin, **options) -> TinyJob:
    """Distilled from a family of encoders, or read."""
    family = "bert" if origin == "model2vec" else origin
    job = prepared_job(base, family=family, method="static", **options)
    if origin == "model2vec":
        texts = pq.read_table(job.dataset / "train.parquet")["text"].to_pylist()
        job.replace_model(static_model(base / "made", texts, normalize=True))
        config = job.model / "config.json"
        config.write_text(json.dumps({**json.loads(config.read_text()), "model_type": "model2vec"}))
    return job


def test_a_head_learns_from_means_of_token_vectors(trained):
    assert trained.metrics["metrics"]["test"]["balanced_accuracy"] > AT_LEAST


def test_the_metrics_say_how_the_vectors_were_made(trained, origin):
    metrics = trained.metrics
    is_read = origin == "model2vec"
    assert metrics["history"] == []
    assert (metrics["best_epoch"], metrics["precision"]) == (None, None)
    assert metrics["chosen"]["embeddings"] == ("read" if is_read else "distilled")
    assert metrics["chosen"]["size"] == (NUMBERS if is_read else 32)
    assert metrics["chosen"]["C"] in STRENGTHS
    assert metrics["rows"] == ROWS
    assert metrics["memory_of"] == "process"
    assert metrics["inference"]["tokens_per_text"] > 2
    assert metrics["cpu_seconds"] > 0
    phases = {"load", "distil", "train", "test", "save", "labels", "measure", "total"}
    assert set(metrics["seconds"]) == phases


def test_the_saved_model_gives_the_scored_logits_and_the_library_its_vectors(trained):
    texts = pq.read_table(trained.dataset / "test.parquet")["text"].to_pylist()[:12]
    saved = StaticModel.load(trained.trained_model)
    assert saved.outputs(texts) == pytest.approx(trained.predictions["logits"][:12], abs=1e-4)
    vectors = saved.embeddings.vectors([[text] for text in texts]).by_layer["last"]
    # Numbers of 16 bits are added up as such by the library.
    theirs = library_vectors(trained.trained_model / "embeddings", texts)
    assert vectors == pytest.approx(theirs, abs=2e-3)


def test_sizes_are_those_of_all_that_is_saved(trained):
    folder = trained.trained_model
    weights = [folder / "embeddings" / "model.safetensors", folder / "head.safetensors"]
    metrics = trained.metrics
    assert metrics["num_parameters"] == sum(
        array.size for path in weights for array in load_file(path).values()
    )
    assert metrics["model_bytes"] == sum(
        path.stat().st_size for path in [*weights, folder / "model.json"]
    )


def test_the_same_job_gives_the_same_numbers(trained, origin, tmp_path):
    again = static_job(tmp_path, origin)
    again.run()
    assert np.array_equal(again.predictions["logits"], trained.predictions["logits"])


@pytest.mark.parametrize("task", ["multilabel", "regression"])
def test_it_serves_other_tasks_too(task, tmp_path):
    job = static_job(tmp_path, "bert", labels=("bad", "good", "mixed"), task=task)
    assert job.run().status == 0, job.failure
    scores = job.metrics["metrics"]["test"]
    assert scores[{"multilabel": "micro_f1", "regression": "pearson"}[task]] > AT_LEAST


@pytest.mark.parametrize("origin", ["bert", "model2vec"])
def test_texts_of_a_pair_are_compared(origin, tmp_path):
    job = static_job(tmp_path, origin, is_pair=True)
    assert job.run().status == 0, job.failure
    assert job.metrics["metrics"]["test"]["accuracy"] > AT_LEAST
    rows = pq.read_table(job.dataset / "test.parquet").slice(0, 12)
    columns = (rows[name].to_pylist() for name in ("text", "text_pair"))
    outputs = StaticModel.load(job.trained_model).outputs(*columns)
    assert outputs == pytest.approx(job.predictions["logits"][:12], abs=1e-4)


def test_what_other_jobs_have_kept_stays(tmp_path):
    job = static_job(tmp_path, "bert")
    job.checkpoints.mkdir()
    (job.checkpoints / "vectors.npz").write_bytes(b"of a frozen model")
    assert job.run().status == 0, job.failure
    assert (job.checkpoints / "vectors.npz").exists()
