"""A learning curve's job trains on a part of the rows, and leaves scores and nothing else."""

import json

import numpy as np
import pytest

from tests.support.tiny_job import ROWS, TinyJob, prepared_job

PART = 24


def on_a_part(job: TinyJob, num_rows: int = PART) -> TinyJob:
    config = json.loads(job.config_file.read_text())
    job.write_config(config | {"stage": "curve", "num_train_rows": num_rows})
    assert job.run().status == 0, job.failure
    return job


@pytest.fixture(scope="module", params=["tfidf", "frozen", "static", "full"])
def trained(request, tmp_path_factory) -> TinyJob:
    return on_a_part(prepared_job(tmp_path_factory.mktemp("job"), method=request.param))


def test_the_part_is_trained_on_and_all_other_rows_are_scored(trained):
    metrics = trained.metrics

    assert metrics["rows"] == ROWS | {"train": PART}
    assert metrics["stage"] == "curve"
    assert set(metrics["metrics"]) == {"validation", "test"}
    assert len(trained.predictions["ids"]) == ROWS["test"]
    assert np.isfinite(trained.predictions["logits"]).all()


def test_neither_model_nor_measurements_nor_a_table_of_predictions_is_left(trained):
    assert not trained.trained_model.exists() or not any(trained.trained_model.iterdir())
    assert trained.metrics["inference"] is None
    left = {path.name for path in (trained.base / "output" / "data").iterdir()}
    assert left == {"metrics.json", "predictions.npz"}


def test_vectors_of_all_rows_serve_every_part(tmp_path):
    job = on_a_part(prepared_job(tmp_path, method="frozen"))
    assert job.metrics["has_reused_vectors"] is False

    on_a_part(job, num_rows=PART // 2)

    assert job.metrics["rows"]["train"] == PART // 2
    assert job.metrics["has_reused_vectors"] is True
