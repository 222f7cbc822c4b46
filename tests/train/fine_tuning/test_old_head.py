"""A model that was fine-tuned before: its head means what it meant, or is a new one."""

import json

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification

from fine_tuning.fine_tune import start_model
from fine_tuning.label_scale import output_layer
from job.training_config import read_training_config
from tests.support.tiny_job import prepared_job
from training_data.prepared_tokenizer import load_prepared_tokenizer

LABELS = ("bad", "good", "mixed")


def fine_tuned_before(folder, names, family="bert", task=None, num_outputs=None):
    """A job whose model has a head for `names`; row i of its last layer holds i everywhere."""
    job = prepared_job(folder, family=family, labels=LABELS, task=task)
    named = {} if names is None else {"id2label": dict(enumerate(names))}
    before = AutoModelForSequenceClassification.from_pretrained(
        job.model, **({"num_labels": num_outputs} if num_outputs else named)
    )
    layer = output_layer(before, num_outputs or len(names))
    with torch.no_grad():
        for number in range(layer.out_features):
            layer.weight[number] = number
            if layer.bias is not None:
                layer.bias[number] = number
    before.save_pretrained(job.model)
    return job


def started(job):
    config = read_training_config(job.config_file)
    tokenizer = load_prepared_tokenizer(job.model, allow_remote_code=False)
    labels = np.zeros((4, len(LABELS)), np.float32)
    model, notes = start_model(job.model, config, tokenizer, labels, allow_remote_code=False)
    layer = output_layer(model, len(config.labels) or 1)
    return layer.weight[:, 0].tolist(), " ".join(notes)


@pytest.mark.parametrize("family", ["bert", "roberta", "gpt2", "t5"])
def test_the_rows_of_an_old_head_follow_the_labels_names(family, tmp_path):
    rows, notes = started(fine_tuned_before(tmp_path, ("mixed", "bad", "good"), family))
    assert rows == [1.0, 2.0, 0.0]
    assert "in another order" in notes


def test_names_may_differ_in_case_and_spaces(tmp_path):
    rows, notes = started(
        fine_tuned_before(tmp_path, (" Good", "BAD ", "Mixed"), task="multilabel")
    )
    assert rows == [1.0, 0.0, 2.0]
    assert "keeps the head" in notes


def test_a_head_in_our_order_is_kept_and_told(tmp_path):
    rows, notes = started(fine_tuned_before(tmp_path, LABELS))
    assert rows == [0.0, 1.0, 2.0]
    assert "keeps the head" in notes and "order" not in notes


@pytest.mark.parametrize("family", ["bert", "gpt2"])
@pytest.mark.parametrize(
    "names", [("joy", "anger", "fear"), ("bad", "good", "Good"), ("LABEL_0", "LABEL_1", "LABEL_2")]
)
def test_a_head_for_other_labels_is_started_anew(family, names, tmp_path):
    rows, notes = started(fine_tuned_before(tmp_path, names, family))
    assert max(map(abs, rows)) < 0.2
    assert "started anew" in notes and names[0] in notes


def test_a_head_without_names_is_started_anew(tmp_path):
    job = fine_tuned_before(tmp_path, LABELS)
    config = json.loads((job.model / "config.json").read_text())
    del config["id2label"]
    (job.model / "config.json").write_text(json.dumps(config))
    rows, notes = started(job)
    assert max(map(abs, rows)) < 0.2
    assert "id2label" in notes


def test_a_head_with_another_number_of_labels_is_told(tmp_path):
    rows, notes = started(fine_tuned_before(tmp_path, ("yes", "no")))
    assert len(rows) == 3
    assert "'yes', 'no'" in notes


def test_a_head_for_a_number_is_started_anew(tmp_path):
    job = fine_tuned_before(tmp_path, None, task="regression", num_outputs=1)
    _, notes = started(job)
    assert "scale of the numbers" in notes


def test_a_model_without_a_head_needs_no_word(tmp_path):
    assert started(prepared_job(tmp_path, labels=LABELS))[1] == ""
