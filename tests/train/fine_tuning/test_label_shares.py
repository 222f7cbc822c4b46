"""A new head for several labels gives each its share, before it has learnt anything."""

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification

from fine_tuning.fine_tune import start_model
from fine_tuning.label_scale import output_layer
from job.training_config import read_training_config
from job.training_task import task_of
from scoring.scores import probabilities
from tests.support.tiny_job import prepared_job
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.tokenised_rows import TokenisedRows

LABELS = ("bad", "good", "mixed")
# Of 99 rows 1, 24 and 99.
ROWS = np.array([[n < 1, n < 24, True] for n in range(99)], dtype=np.float32)
LOG_ODDS = np.log([1.5 / 98.5, 24.5 / 75.5, 99.5 / 0.5])


def job_of(folder, family="bert", **settings):
    return prepared_job(folder, family=family, labels=LABELS, task="multilabel", **settings)


def loaded(job, labels=ROWS):
    config = read_training_config(job.config_file)
    tokenizer = load_prepared_tokenizer(job.model, allow_remote_code=False)
    return start_model(job.model, config, tokenizer, labels, allow_remote_code=False)[0]


@pytest.mark.parametrize("family", ["bert", "distilbert", "roberta", "t5"])
def test_a_new_head_starts_at_the_log_odds_of_each_label(family, tmp_path):
    bias = output_layer(loaded(job_of(tmp_path, family)), 3).bias
    assert bias.detach().numpy() == pytest.approx(LOG_ODDS, abs=1e-5)


def test_a_head_without_a_bias_is_unchanged(tmp_path):
    assert output_layer(loaded(job_of(tmp_path, "gpt2")), 3).bias is None


def test_a_head_that_the_model_brings_keeps_what_it_has_learnt(tmp_path):
    job = job_of(tmp_path)
    before = AutoModelForSequenceClassification.from_pretrained(
        job.model, id2label=dict(enumerate(LABELS))
    )
    with torch.no_grad():
        before.classifier.bias.copy_(torch.tensor([1.0, 2.0, 3.0]))
    before.save_pretrained(job.model)
    assert loaded(job).classifier.bias.tolist() == [1.0, 2.0, 3.0]


def test_a_head_for_other_labels_is_a_new_one(tmp_path):
    job = job_of(tmp_path)
    AutoModelForSequenceClassification.from_pretrained(job.model, num_labels=5).save_pretrained(
        job.model
    )
    bias = loaded(job).classifier.bias
    assert bias.detach().numpy() == pytest.approx(LOG_ODDS, abs=1e-5)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_an_untrained_model_predicts_each_label_with_its_share(method, tmp_path):
    job = job_of(tmp_path, method=method, epochs=1, train_batch_size=64, learning_rate=1e-9)
    assert job.run().status == 0, job.failure
    task = task_of(read_training_config(job.config_file))
    shares = TokenisedRows(job.tokenised / "train.parquet", task).labels.mean(axis=0)
    chances = probabilities(job.predictions["logits"]).mean(axis=0)
    assert chances == pytest.approx(shares, abs=0.03)
    assert shares.max() < 0.45
