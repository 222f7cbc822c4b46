"""The method zeroshot with an encoder: texts go to the label whose sentence is nearest."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from documents.json_documents import write_document
from job.training_config import read_training_config
from linear.frozen_model import FrozenModel
from tests.support.saved_answers import assert_job_answers_as_scored
from tests.support.tiny_job import LABEL_WORDS, TinyJob, prepared_job
from zeroshot.similarity import USUAL_FACTOR
from zeroshot.templates import TEMPLATES

# The weights are random, so that nearness means little more than common words.
DESCRIPTIONS = {label: " ".join(words) for label, words in LABEL_WORDS.items()}


def zero_shot_job(base: Path, labels: tuple[str, ...] = ("bad", "good"), **options) -> TinyJob:
    job = prepared_job(base, labels=labels, method="zeroshot", **options)
    config = read_training_config(job.config_file)
    described = {label: DESCRIPTIONS[label] for label in labels}
    write_document(job.config_file, replace(config, label_descriptions=described))
    return job


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> TinyJob:
    job = zero_shot_job(tmp_path_factory.mktemp("job"))
    assert job.run().status == 0, job.failure
    return job


def test_labels_are_told_by_what_is_said_of_them(done):
    assert done.metrics["metrics"]["test"]["balanced_accuracy"] > 0.6


def test_template_and_scale_come_from_validation_and_are_said(done):
    metrics = done.metrics
    assert metrics["chosen"]["template"] in TEMPLATES
    assert metrics["chosen"]["pooling"] == "mean"
    assert metrics["chosen"]["described_labels"] == 2
    assert 1.0 <= metrics["chosen"]["scale"] <= 400.0
    # The scale has made the probabilities about as good as a temperature could.
    assert metrics["temperature"] == pytest.approx(1.0, abs=0.2)
    assert (metrics["history"], metrics["learning_rate"]) == ([], None)
    assert any("sentence encoder" in note for note in metrics["notes"])
    assert not any("tokeniser makes the same" in note for note in metrics["notes"])


def test_it_is_loaded_and_answers_as_it_was_scored(done):
    assert_job_answers_as_scored(done)


def test_the_saved_model_gives_the_scored_logits(done):
    texts = pq.read_table(done.dataset / "test.parquet")["text"].to_pylist()
    outputs = FrozenModel.load(done.trained_model).outputs(texts[:12])
    # In bf16 padding changes the rounding.
    assert outputs == pytest.approx(done.predictions["logits"][:12], abs=0.5)
    content = json.loads((done.trained_model / "model.json").read_text())
    assert content["chosen"]["template"] == done.metrics["chosen"]["template"]


def test_no_label_of_train_is_used(done, tmp_path):
    other = zero_shot_job(tmp_path)
    path = other.dataset / "train.parquet"
    rows = pq.read_table(path)
    label = rows.column_names.index("label")
    turned = rows.set_column(label, "label", [[1 - each for each in rows["label"].to_pylist()]])
    pq.write_table(turned, path)
    assert other.run().status == 0
    assert np.array_equal(other.predictions["logits"], done.predictions["logits"])


def test_rows_with_several_labels_get_those_above_the_threshold_of_validation(tmp_path):
    job = zero_shot_job(tmp_path, ("bad", "good", "mixed"), task="multilabel")
    assert job.run().status == 0, job.failure
    metrics = job.metrics
    assert 0 < metrics["threshold"] < 1
    assert metrics["metrics"]["test"]["ranking_average_precision"] > 0.6
    assert metrics["chosen"]["shift"] != 0


def test_labels_whose_words_the_model_does_not_know_are_told(tmp_path):
    job = zero_shot_job(tmp_path)
    config = read_training_config(job.config_file)
    foreign = {"bad": "плохо", "good": "хорошо"}
    write_document(job.config_file, replace(config, label_descriptions=foreign))
    assert job.run().status == 0, job.failure
    (told,) = [note for note in job.metrics["notes"] if "tokeniser makes the same" in note]
    assert "'bad', 'good'" in told and "label_descriptions" in told


def test_both_texts_of_a_pair_are_read(tmp_path):
    job = zero_shot_job(tmp_path, is_pair=True)
    assert job.run().status == 0, job.failure
    assert job.metrics["chosen"]["texts_of_a_pair"] == "joint"
    assert job.metrics["metrics"]["test"]["balanced_accuracy"] > 0.55


def test_without_rows_but_those_of_test_the_first_template_is_taken_and_it_is_said(tmp_path):
    job = zero_shot_job(tmp_path)
    for split in ("train", "validation"):
        path = job.dataset / f"{split}.parquet"
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    outcome = job.run()
    assert outcome.status == 0, job.failure
    metrics = job.metrics
    assert metrics["rows"] == {"train": 0, "validation": 0, "test": 90}
    assert metrics["chosen"]["template"] == TEMPLATES[0]
    assert metrics["chosen"]["scale"] == USUAL_FACTOR
    assert metrics["notes"][0].startswith("There are no validation rows to choose by")
    assert metrics["metrics"]["validation"] == {}
    assert metrics["metrics"]["test"]["accuracy"] > 0
    assert (metrics["temperature"], metrics["majority_p_value"]) == (None, None)
    assert [line for line in outcome.lines if "split=validation" in line] == []
