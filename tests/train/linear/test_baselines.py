"""The baselines: jobs that have texts, no model and no tokens."""

import json
import re
from math import log
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from bakeoff.jobs.metric_definitions import metric_definitions
from job.training_config import read_training_config
from job.training_task import task_of
from linear.tfidf_baseline import STRENGTHS, TfidfModel
from scoring.constant_prediction import majority_outputs
from scoring.scores import METRICS
from scoring.task import Task
from tests.support.tiny_job import ROWS, Outcome, TinyJob, prepared_job
from training_data.text_rows import TextRows

TASKS: dict[str, dict[str, Any]] = {
    "binary": {},
    "multiclass": {"labels": ("bad", "good", "mixed")},
    "multilabel": {"labels": ("bad", "good", "mixed"), "task": "multilabel"},
    "regression": {"labels": ("bad", "good", "mixed"), "task": "regression"},
    "pair": {"is_pair": True},
}
JOBS = [(method, task) for method in ("majority", "tfidf") for task in TASKS]


@pytest.fixture(scope="module")
def jobs(tmp_path_factory) -> dict[tuple[str, str], tuple[TinyJob, Outcome]]:
    done = {}
    for method, task in JOBS:
        job = prepared_job(tmp_path_factory.mktemp("job"), method=method, **TASKS[task])
        done[method, task] = job, job.run()
    return done


@pytest.fixture(params=JOBS, ids="-".join)
def ran(request, jobs) -> tuple[TinyJob, Outcome]:
    return jobs[request.param]


@pytest.fixture(params=TASKS)
def tfidf(request, jobs) -> TinyJob:
    return jobs["tfidf", request.param][0]


def task_of_job(job: TinyJob) -> Task:
    return task_of(read_training_config(job.config_file))


def test_it_ends_well_without_model_and_tokens(ran):
    job, outcome = ran
    assert outcome.status == 0
    assert not job.model.exists()
    assert not job.tokenised.exists()


def test_the_metrics_of_test_are_those_of_the_predictions(ran):
    job, _ = ran
    metrics, predictions = job.metrics, job.predictions
    scores = task_of_job(job).scores(
        predictions["logits"], predictions["labels"], metrics["threshold"]
    )
    assert metrics["metrics"]["test"] == pytest.approx(scores, abs=1e-6)
    assert set(metrics["metrics"]["validation"]) == set(scores)
    assert np.isfinite(list(scores.values())).all()


def test_predictions_are_of_the_test_rows_in_their_order(ran):
    job, _ = ran
    rows = TextRows(job.dataset / "test.parquet", task_of_job(job))
    assert job.predictions["ids"].tolist() == rows.ids.tolist()
    assert np.array_equal(job.predictions["labels"], rows.labels)


def test_a_result_without_epochs_says_so(ran):
    metrics = ran[0].metrics
    assert metrics["schema_version"] == 3
    assert metrics["history"] == []
    assert metrics["best_epoch"] is None
    assert metrics["epochs_trained"] == 0
    assert metrics["stopped_early"] is False
    assert metrics["max_length"] is None
    assert metrics["precision"] is None
    assert metrics["padding_share"] is None
    assert metrics["learning_rate"] is metrics["steps_trained"] is metrics["train_tokens"] is None
    assert metrics["rows"] == ROWS
    phases = {"load", "train", "test", "save", "measure", "total"}
    has_labels = metrics["method"] == "tfidf" and metrics["task"] in ("binary", "multiclass")
    assert set(metrics["seconds"]) == phases | ({"labels"} if has_labels else set())


def test_the_evidence_of_validation_tells_a_model_from_the_majority(ran):
    metrics = ran[0].metrics
    assert metrics["cpu_seconds"] >= 0
    assert metrics["validation_standard_error"] >= 0
    if metrics["method"] == "majority":
        assert metrics["majority_p_value"] == 1.0
    else:
        assert metrics["majority_p_value"] < 0.05


def test_validation_and_test_are_logged_with_all_their_metrics(ran):
    job, outcome = ran
    metrics = job.metrics
    assert [line.split(" ")[1:3] for line in outcome.lines] == [
        ["split=validation", "epoch=0"],
        ["split=test", "epoch=0"],
    ]
    found = {}
    for line in outcome.lines:
        for definition in metric_definitions(metrics["task"]):
            if match := re.search(definition["Regex"], line):
                found[definition["Name"]] = float(match[1])
    assert found == {
        "validation:epoch": 0.0,
        **{
            f"{split}:{name}": metrics["metrics"][split][name]
            for split in ("validation", "test")
            for name in METRICS
            if name in metrics["metrics"][split]
        },
    }


def test_the_same_job_gives_the_same_numbers(jobs, tmp_path):
    again = prepared_job(tmp_path, method="tfidf")
    again.run()
    assert np.array_equal(
        again.predictions["logits"], jobs["tfidf", "binary"][0].predictions["logits"]
    )


@pytest.mark.parametrize(
    ("task", "metric", "at_least"),
    [
        ("binary", "accuracy", 0.85),
        ("multiclass", "accuracy", 0.85),
        ("multilabel", "micro_f1", 0.95),
        ("regression", "pearson", 0.95),
        ("pair", "accuracy", 0.85),
    ],
)
def test_words_predict_better_than_the_majority(jobs, task, metric, at_least):
    score, majority = (
        jobs[method, task][0].metrics["metrics"]["test"][metric] for method in ("tfidf", "majority")
    )
    assert score > at_least > majority


def test_the_regularisation_chosen_on_validation_is_reported(tfidf):
    chosen = tfidf.metrics["chosen"]
    if tfidf.metrics["task"] == "regression":
        assert chosen["alpha"] in [1 / strength for strength in STRENGTHS]
    else:
        assert chosen["C"] in STRENGTHS


def test_the_saved_model_can_be_used_without_pickle(tfidf):
    rows = pq.read_table(tfidf.dataset / "test.parquet")
    pairs = rows["text_pair"].to_pylist() if "text_pair" in rows.column_names else None
    model = TfidfModel.load(tfidf.trained_model)
    outputs = model.outputs(rows["text"].to_pylist(), pairs)
    logits = task_of_job(tfidf).logits_from(outputs)
    assert logits == pytest.approx(tfidf.predictions["logits"], abs=1e-5)
    suffixes = {path.suffix for path in tfidf.trained_model.iterdir() if path.is_file()}
    assert suffixes == {".json", ".safetensors", ".txt"}


def test_the_saved_model_documents_its_outputs(ran):
    job, _ = ran
    config = read_training_config(job.config_file)
    content = json.loads((job.trained_model / "model.json").read_text())
    assert content["task"] == config.task
    assert content["labels"] == config.labels
    for name in ("threshold", "temperature", "target_threshold"):
        assert content[name] == job.metrics[name]
    assert (content["temperature"] is None) == (config.task == "regression")
    assert job.metrics["model_bytes"] == sum(
        path.stat().st_size
        for path in job.trained_model.iterdir()
        if path.suffix in (".json", ".safetensors")
    )


def test_the_threshold_of_several_labels_is_that_of_validation(jobs):
    job, _ = jobs["tfidf", "multilabel"]
    task = task_of_job(job)
    rows = TextRows(job.dataset / "validation.parquet", task)
    logits = TfidfModel.load(job.trained_model).outputs(rows.texts)
    assert job.metrics["threshold"] == pytest.approx(task.threshold(logits, rows.labels), abs=1e-5)


def test_classes_have_the_logarithms_of_their_shares():
    # 3, 1 and 0 rows, each counted once more: 4, 2 and 1 of 7.
    task = Task("multiclass", ("a", "b", "c"), None)
    outputs = majority_outputs(task, np.array([0, 0, 1, 0]))
    assert outputs == pytest.approx([log(4 / 7), log(2 / 7), log(1 / 7)])


def test_each_of_several_labels_has_its_log_odds():
    # Of 2 rows 2, 1 and 0 have it: 3 to 1, 2 to 2, 1 to 3.
    task = Task("multilabel", ("a", "b", "c"), None)
    outputs = majority_outputs(task, np.array([[1, 1, 0], [1, 0, 0]]))
    assert outputs == pytest.approx([log(3), 0.0, -log(3)])


def test_a_number_is_the_mean():
    task = Task("regression", (), None)
    assert majority_outputs(task, np.array([1.0, 2.0, 6.0])) == pytest.approx([3.0])


def test_texts_without_a_word_are_no_obstacle(tmp_path):
    job = prepared_job(tmp_path, method="tfidf")
    for split in ROWS:
        path = job.dataset / f"{split}.parquet"
        rows = pq.read_table(path)
        texts = [":)" if label else ":(" for label in rows["label"].to_pylist()]
        pq.write_table(rows.set_column(1, "text", [texts]), path)
    assert job.run().status == 0
    assert job.metrics["metrics"]["test"]["accuracy"] == 1.0
