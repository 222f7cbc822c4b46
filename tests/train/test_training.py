"""The training script itself, on models of every kind of tokenisation and head."""

import json
import re
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
import pytest
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification, pipeline

from bakeoff.jobs.metric_definitions import metric_definitions
from scoring.scores import CLASSIFICATION_METRICS, classification_scores
from tests.support.saved_scores import scores_of
from tests.support.tiny_job import (
    LABEL_WORDS,
    NEUTRAL_WORDS,
    ROWS,
    Outcome,
    TinyJob,
    prepared_job,
)

LABELS = ("bad", "good", "mixed")
FAMILIES = ("bert", "distilbert", "roberta", "gpt2", "t5")
BATCH_ROWS = 8


class Trained(NamedTuple):
    job: TinyJob
    outcome: Outcome


@pytest.fixture(scope="module", params=FAMILIES)
def trained(request, tmp_path_factory) -> Trained:
    job = prepared_job(
        tmp_path_factory.mktemp("job"), family=request.param, train_batch_size=BATCH_ROWS
    )
    return Trained(job, job.run())


@pytest.fixture(scope="module")
def three_labels(tmp_path_factory) -> Trained:
    job = prepared_job(tmp_path_factory.mktemp("job"), labels=LABELS, epochs=8, learning_rate=1e-3)
    return Trained(job, job.run())


def test_a_model_learns_to_distinguish_the_labels(trained):
    assert trained.outcome.status == 0
    assert trained.job.metrics["metrics"]["test"]["accuracy"] > 0.8
    assert trained.job.metrics["metrics"]["validation"]["f1"] > 0.8


def test_the_metrics_of_test_are_those_of_the_predictions(trained):
    predictions, metrics = trained.job.predictions, trained.job.metrics
    recomputed = classification_scores(predictions["logits"], predictions["labels"], 1)
    # The logits are kept as float32, as the model gave them.
    assert metrics["metrics"]["test"] == recomputed
    assert metrics["average"] == "binary"
    assert metrics["positive_label"] == "good"


def test_predictions_are_of_the_test_rows_in_their_order(trained):
    predictions = trained.job.predictions
    first = ROWS["train"] + ROWS["validation"]
    assert predictions["ids"].tolist() == list(range(first, first + ROWS["test"]))
    assert predictions["logits"].shape == (ROWS["test"], 2)


def test_every_metric_definition_finds_its_number_at_full_precision(trained):
    metrics, lines = trained.job.metrics, trained.outcome.lines
    last = metrics["history"][-1]
    expected = {f"validation:{name}": last[name] for name in (*CLASSIFICATION_METRICS, "epoch")}
    expected["train:loss"] = last["train_loss"]
    expected |= {
        f"test:{name}": metrics["metrics"]["test"][name] for name in CLASSIFICATION_METRICS
    }
    found = {}
    for line in lines:
        for definition in metric_definitions(metrics["task"]):
            if match := re.search(definition["Regex"], line):
                found[definition["Name"]] = float(match[1])
    assert found == expected


def test_one_line_is_printed_for_each_evaluation_and_nothing_else(trained):
    starts = [line.split(" ")[:3] for line in trained.outcome.log.splitlines()]
    best = trained.job.metrics["best_epoch"]
    assert starts == [
        *(["bakeoff", "split=validation", f"epoch={epoch}"] for epoch in (1, 2, 3)),
        ["bakeoff", "split=test", f"epoch={best:.0f}"],
    ]


def test_the_saved_model_is_the_best_on_validation(trained):
    model = AutoModelForSequenceClassification.from_pretrained(trained.job.trained_model).eval()
    best = trained.job.metrics["metrics"]["validation"]
    assert scores_of(model, trained.job, "validation") == pytest.approx(best, abs=1e-3)


def test_a_best_epoch_before_the_last_is_read_back_wholly(tmp_path):
    # The first epoch is the worst, and here the lowest F1 is the best.
    job = prepared_job(tmp_path, epochs=2, train_batch_size=BATCH_ROWS)
    job.write_config(json.loads(job.config_file.read_text()) | {"higher_is_better": False})
    job.run()
    assert job.metrics["best_epoch"] == 1
    model = AutoModelForSequenceClassification.from_pretrained(job.trained_model).eval()
    best = job.metrics["metrics"]["validation"]
    assert best["accuracy"] < job.metrics["history"][-1]["accuracy"]
    assert scores_of(model, job, "validation") == pytest.approx(best, abs=1e-3)
    assert scores_of(model, job, "test") == pytest.approx(job.metrics["metrics"]["test"], abs=1e-3)


def test_the_saved_model_names_the_labels(trained):
    folder = trained.job.trained_model
    classify = pipeline("text-classification", model=str(folder), device="cpu")
    # Of single texts a model this small is not sure on every processor.
    texts = {
        f"the {noun} {word} music": label
        for label in ("good", "bad")
        for word in LABEL_WORDS[label]
        for noun in NEUTRAL_WORDS
    }
    found = [answer["label"] for answer in classify(list(texts))]
    right = [label == given for label, given in zip(texts.values(), found, strict=True)]
    assert sum(right) > 0.7 * len(texts)
    assert classify.model.config.label2id == {"bad": 0, "good": 1}


def test_the_saved_weights_have_the_names_that_the_model_gives_them(trained):
    folder = trained.job.trained_model
    model = AutoModelForSequenceClassification.from_pretrained(folder)
    # Weights that stand for several are there once.
    assert set(load_file(folder / "model.safetensors")) == {
        name for name, _ in model.named_parameters()
    }


def test_scores_are_about_the_positive_label_whichever_it_is(tmp_path):
    job = prepared_job(tmp_path, positive_label="bad", epochs=1)
    job.run()
    predictions, metrics = job.predictions, job.metrics
    recomputed = classification_scores(predictions["logits"], predictions["labels"], 0)
    assert metrics["metrics"]["test"] == recomputed
    assert recomputed != classification_scores(predictions["logits"], predictions["labels"], 1)
    assert metrics["positive_label"] == "bad"


def test_sizes_are_those_of_the_saved_weights(trained):
    weights = trained.job.trained_model / "model.safetensors"
    metrics = trained.job.metrics
    assert metrics["model_bytes"] == weights.stat().st_size
    assert metrics["num_parameters"] == sum(
        tensor.numel() for tensor in load_file(weights).values()
    )


def test_the_record_has_what_the_comparison_needs(trained):
    metrics = trained.job.metrics
    assert metrics["schema_version"] == 3
    assert metrics["seed"] == 42
    assert metrics["task"] == "binary"
    assert metrics["max_length"] == 64
    assert metrics["rows"] == ROWS
    assert metrics["dataset"] == {
        "id": "tiny/reviews",
        "revision": "e" * 40,
        "fingerprint": "d" * 64,
    }
    assert metrics["stage"] == "final"
    assert metrics["learning_rate"] == 3e-3
    assert metrics["learning_rates_tried"] == []
    assert metrics["steps_trained"] == metrics["steps_planned"] == 3 * ROWS["train"] // BATCH_ROWS
    assert metrics["train_tokens"] > metrics["rows"]["train"]
    assert metrics["cpu_seconds"] > 0
    assert 0 < metrics["validation_standard_error"] < 0.2
    assert metrics["majority_p_value"] < 0.05
    assert metrics["precision"] in ("fp32", "bf16")
    assert metrics["device"]
    assert metrics["library_versions"]["torch"] == version("torch")


def test_the_seconds_of_the_phases_add_up(trained):
    seconds = trained.job.metrics["seconds"]
    assert set(seconds) == {"load", "train", "test", "save", "measure", "total"}
    assert sum(seconds.values()) - seconds["total"] == pytest.approx(seconds["total"])


def test_the_best_epoch_is_the_first_with_the_best_main_metric(trained):
    metrics = trained.job.metrics
    scores = [epoch["f1"] for epoch in metrics["history"]]
    best = metrics["history"][int(np.argmax(scores))]
    assert metrics["best_epoch"] == best["epoch"]
    assert metrics["metrics"]["validation"] == {name: best[name] for name in CLASSIFICATION_METRICS}


def test_more_than_two_labels_are_averaged_over_the_labels(three_labels):
    metrics, predictions = three_labels.job.metrics, three_labels.job.predictions
    assert metrics["task"] == "multiclass"
    assert metrics["average"] == "macro"
    assert metrics["positive_label"] is None
    assert predictions["logits"].shape == (ROWS["test"], 3)
    recomputed = classification_scores(predictions["logits"], predictions["labels"], None)
    assert metrics["metrics"]["test"] == recomputed
    assert metrics["metrics"]["test"]["accuracy"] > 0.8
