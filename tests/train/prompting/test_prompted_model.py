"""The method prompt: a language model as it is, asked for the label of each text."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from prompting.instruction import default_instruction, heading
from prompting.prompt_model import PromptModel
from scoring.task import Task
from tests.support.saved_answers import assert_job_answers_as_scored
from tests.support.tiny_causal_model import (
    CHAT_TEMPLATE,
    WINDOW,
    build_taught_model,
    build_tiny_causal_model,
)
from tests.support.tiny_job import ROWS, TinyJob, prepared_job, tiny_rows

LABELS = ("bad", "good")
SENTENCES = ["Classify the text.", "Text: a superb film", "Answer: good", "Answer: bad"]


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    """A model that has learnt to answer, from other rows than those of the job."""
    task = Task("binary", LABELS, 1)
    above = heading(default_instruction(task, is_pair=False), task, LABELS)
    rows = tiny_rows("binary", LABELS, 400, "lessons")
    told = [(f"{above}Text: {row.text}\nAnswer:", f" {LABELS[row.label]}") for row in rows]
    return build_taught_model(tmp_path_factory.mktemp("taught"), told)


@pytest.fixture(scope="module")
def finished(taught, tmp_path_factory) -> TinyJob:
    job = prepared_job(
        tmp_path_factory.mktemp("job"), family="gpt2", method="prompt", prompt_examples=0
    )
    job.replace_model(taught)
    assert job.run().status == 0, job.failure
    return job


def tiny_causal_job(folder, *, chat_template=None, **changes) -> TinyJob:
    settings = {"prompt_examples": 0} | changes
    job = prepared_job(folder / "job", family="gpt2", method="prompt", **settings)
    model = build_tiny_causal_model(folder / "model", SENTENCES, chat_template=chat_template)
    job.replace_model(model)
    return job


def test_a_model_answers_without_being_trained(finished):
    metrics = finished.metrics
    assert metrics["metrics"]["test"]["balanced_accuracy"] > 0.8
    assert metrics["history"] == []
    assert metrics["learning_rate"] is None
    assert metrics["rows"] == ROWS
    assert set(metrics["seconds"]) == {"load", "train", "test", "save", "measure", "total"}
    assert metrics["inference"]["tokens_per_text"] > 20


def test_the_result_says_what_kind_of_prompt_was_used(finished):
    chosen = finished.metrics["chosen"]
    assert chosen["examples"] == "none"
    assert chosen["number_of_examples"] == 0
    assert chosen["chat_template"] is False


def test_it_is_loaded_and_answers_as_it_was_scored(finished):
    assert_job_answers_as_scored(finished)


def test_the_saved_model_gives_the_scored_logits(finished):
    texts = pq.read_table(finished.dataset / "test.parquet")["text"].to_pylist()
    outputs = PromptModel.load(finished.trained_model).outputs(texts[:12])
    # In bf16 padding changes the rounding.
    assert outputs == pytest.approx(finished.predictions["logits"][:12], abs=0.15)


def test_the_same_job_gives_the_same_numbers(finished, taught, tmp_path):
    again = prepared_job(tmp_path, family="gpt2", method="prompt", prompt_examples=0)
    again.replace_model(taught)
    again.run()
    assert np.array_equal(again.predictions["logits"], finished.predictions["logits"])


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_it_serves_other_tasks_too(task, tmp_path):
    job = tiny_causal_job(tmp_path, labels=("bad", "good", "mixed"), task=task)
    assert job.run().status == 0, job.failure
    logits = job.predictions["logits"]
    assert logits.shape == ((ROWS["test"],) if task == "regression" else (ROWS["test"], 3))
    assert np.isfinite(logits).all()
    assert (job.metrics["threshold"] is None) == (task != "multilabel")
    assert_job_answers_as_scored(job)


def test_a_regression_stays_within_the_scale_of_train(tmp_path):
    job = tiny_causal_job(tmp_path, labels=("bad", "good", "mixed"), task="regression")
    assert job.run().status == 0, job.failure
    labels = pq.read_table(job.dataset / "train.parquet")["label"].to_numpy()
    logits = job.predictions["logits"]
    assert labels.min() <= logits.min() < logits.max() <= labels.max()


def test_it_reads_both_texts_of_a_pair(tmp_path):
    job = tiny_causal_job(tmp_path, is_pair=True)
    assert job.run().status == 0, job.failure
    model = PromptModel.load(job.trained_model)
    assert_job_answers_as_scored(job)
    outputs = model.outputs(["one film", "one film"], ["a superb plot", "a dreadful plot"])
    assert not np.allclose(outputs[0], outputs[1])


def test_a_chat_template_is_used_where_there_is_one(tmp_path):
    job = tiny_causal_job(tmp_path, chat_template=CHAT_TEMPLATE)
    assert job.run().status == 0, job.failure
    assert job.metrics["chosen"]["chat_template"] is True
    assert PromptModel.load(job.trained_model).prompter.tokens.frame.is_chat


def test_texts_that_do_not_fit_are_cut_and_the_share_is_said(tmp_path):
    job = tiny_causal_job(tmp_path)
    config = json.loads(job.config_file.read_text())
    job.write_config(config | {"max_length": 8})
    assert job.run().status == 0, job.failure
    assert any("were cut" in note for note in job.metrics["notes"])


def test_a_prompt_that_fills_the_window_is_refused_with_what_to_do(tmp_path):
    job = tiny_causal_job(tmp_path, labels=LABELS)
    config = json.loads(job.config_file.read_text())
    job.write_config(config | {"labels": ["bad " * WINDOW, "good"], "positive_label": "good"})
    assert job.run().status == 1
    assert "shorter instruction" in job.failure


@pytest.mark.parametrize("number", [None, 2])
def test_examples_are_chosen_on_validation(tmp_path, number):
    job = tiny_causal_job(tmp_path, prompt_examples=number)
    assert job.run().status == 0, job.failure
    chosen = job.metrics["chosen"]
    allowed = {"none": [0]} if number is None else {}
    allowed |= {kind: [4, 8] if number is None else [number] for kind in ("balanced", "nearest")}
    assert chosen["number_of_examples"] in allowed[chosen["examples"]]
    texts = pq.read_table(job.dataset / "test.parquet")["text"].to_pylist()
    outputs = PromptModel.load(job.trained_model).outputs(texts[:12])
    assert outputs == pytest.approx(job.predictions["logits"][:12], abs=0.15)


def test_labels_that_are_no_words_are_shown_in_examples_with_a_note(tmp_path):
    job = tiny_causal_job(tmp_path, prompt_examples=None)
    config = json.loads(job.config_file.read_text())
    job.write_config(config | {"labels": ["0", "1"], "positive_label": "1"})
    assert job.run().status == 0, job.failure
    assert job.metrics["chosen"]["examples"] != "none"
    assert any("'0', '1' are not words" in note for note in job.metrics["notes"])


def test_without_rows_but_those_of_test_it_is_asked_without_examples_and_it_is_said(tmp_path):
    job = tiny_causal_job(tmp_path, prompt_examples=None)
    for split in ("train", "validation"):
        path = job.dataset / f"{split}.parquet"
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    outcome = job.run()
    assert outcome.status == 0, job.failure
    metrics = job.metrics
    assert metrics["rows"] == {"train": 0, "validation": 0, "test": 90}
    chosen = metrics["chosen"]
    assert (chosen["examples"], chosen["calibrated"]) == ("none", True)
    assert metrics["notes"][0].startswith("There are no validation rows to choose by")
    assert metrics["metrics"]["validation"] == {}
    assert metrics["metrics"]["test"]["accuracy"] > 0
    assert (metrics["temperature"], metrics["majority_p_value"]) == (None, None)
    assert [line for line in outcome.lines if "split=validation" in line] == []
    model = PromptModel.load(job.trained_model)
    assert model.chosen.content_free.any()
    assert model.outputs([]).shape == (0, 2)


def test_labels_that_are_described_need_no_examples(tmp_path):
    job = tiny_causal_job(tmp_path, prompt_examples=0)
    config = json.loads(job.config_file.read_text())
    described = {"label_descriptions": {"0": "a bad film", "1": "a good film"}}
    job.write_config(config | {"labels": ["0", "1"], "positive_label": "1"} | described)
    assert job.run().status == 0, job.failure
    assert not any("not words" in note for note in job.metrics["notes"])
    assert "a bad film, a good film" in PromptModel.load(job.trained_model).spec.heading
