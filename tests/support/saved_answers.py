"""Asserts that a saved model answers as it was scored."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from prediction.saved_folder import load_saved_model
from tests.support.tiny_job import TinyJob


def texts_of(path: Path) -> list[list[str]]:
    """The rows of a split's Parquet file, of one or two texts each."""
    rows = pq.read_table(path)
    names = [name for name in ("text", "text_pair") if name in rows.column_names]
    return [list(texts) for texts in zip(*(rows[name].to_pylist() for name in names), strict=True)]


def assert_answers_as_scored(model: Path, predictions: Path, test: Path) -> None:
    """For all rows of test, by the files that the job has left: `predictions` is its table."""
    scored = pq.read_table(predictions).to_pydict()
    saved = load_saved_model(model)

    found = saved.answers(texts_of(test))

    if saved.task.is_regression:
        assert found.given == pytest.approx(scored["given"], abs=1e-4)
        assert found.probabilities is None
        return
    assert found.given == scored["given"]
    assert found.probabilities is not None
    for label, chances in zip(saved.task.labels, found.probabilities.T, strict=True):
        assert chances == pytest.approx(scored[f"probability_{label}"], abs=1e-4)


def assert_job_answers_as_scored(job: TinyJob) -> None:
    """By what the whole training script has left."""
    assert_answers_as_scored(
        job.trained_model,
        job.metrics_file.with_name("predictions.parquet"),
        job.dataset / "test.parquet",
    )
