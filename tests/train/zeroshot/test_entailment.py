"""The method zeroshot with a model for natural language inference."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from model.entailment_head import entailment_output
from tests.support.saved_answers import assert_job_answers_as_scored
from tests.support.tiny_job import TinyJob, prepared_job
from zeroshot import entailment
from zeroshot.entailment import EntailmentClassifier
from zeroshot.templates import TEMPLATES

NLI_LABELS = ("contradiction", "neutral", "ENTAILMENT")


def as_nli_model(folder: Path, labels: tuple[str, ...] = NLI_LABELS) -> Path:
    """Give the encoder in `folder` a head of random weights with these labels."""
    torch.manual_seed(3)
    named = {"id2label": dict(enumerate(labels)), "num_labels": len(labels)}
    AutoModelForSequenceClassification.from_pretrained(folder, **named).save_pretrained(folder)
    return folder


def nli_job(base: Path, family: str = "bert", **options) -> TinyJob:
    job = prepared_job(base, family=family, method="zeroshot", **options)
    as_nli_model(job.model)
    return job


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> TinyJob:
    job = nli_job(tmp_path_factory.mktemp("job"))
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr("job.hardware.precision", lambda: "fp32")
        assert job.run().status == 0, job.failure
    return job


def test_logits_are_the_scaled_log_odds_of_entailment(done):
    chosen = done.metrics["chosen"]
    tokenizer = AutoTokenizer.from_pretrained(done.model)
    model = AutoModelForSequenceClassification.from_pretrained(done.model).eval()
    texts = pq.read_table(done.dataset / "test.parquet")["text"].to_pylist()[:6]
    for text, logits in zip(texts, done.predictions["logits"], strict=False):
        for label, logit in zip(("bad", "good"), logits, strict=True):
            sentence = chosen["template"].replace("{label}", label)
            with torch.inference_mode():
                classes = model(**tokenizer(text, sentence, return_tensors="pt")).logits[0]
            odds = classes.softmax(0)[2].logit()
            assert float(odds) * chosen["scale"] == pytest.approx(float(logit), rel=1e-3, abs=1e-4)


def test_it_is_said_how_texts_and_labels_were_compared(done):
    metrics = done.metrics
    assert metrics["chosen"]["compared"] == "entailment"
    assert metrics["chosen"]["template"] in TEMPLATES
    assert metrics["notes"] == []
    assert metrics["inference"]["tokens_per_text"] > 10


def test_it_is_loaded_and_answers_as_it_was_scored(done, monkeypatch):
    monkeypatch.setattr("job.hardware.precision", lambda: "fp32")
    assert_job_answers_as_scored(done)


def test_the_saved_model_gives_the_scored_logits(done, monkeypatch):
    monkeypatch.setattr("job.hardware.precision", lambda: "fp32")
    texts = pq.read_table(done.dataset / "test.parquet")["text"].to_pylist()
    whole = EntailmentClassifier.load(done.trained_model)
    assert whole.outputs(texts[:9]) == pytest.approx(done.predictions["logits"][:9], abs=1e-4)
    content = json.loads((done.trained_model / "model.json").read_text())
    assert content["sentences"] == [
        content["chosen"]["template"].replace("{label}", label) for label in ("bad", "good")
    ]
    assert done.metrics["model_bytes"] > 0


def test_templates_are_tried_on_some_rows_and_the_scale_fits_all(tmp_path, monkeypatch):
    monkeypatch.setattr("zeroshot.entailment._MOST_PAIRS_PER_TEMPLATE", 20)
    monkeypatch.setattr("zeroshot.entailment._FEWEST_ROWS", 10)
    job = nli_job(tmp_path, labels=("bad", "good", "mixed"), task="multilabel")
    assert job.run().status == 0, job.failure
    assert job.metrics["temperature"] == pytest.approx(1.0, abs=0.3)
    assert 0 < job.metrics["threshold"] < 1


def test_templates_are_tried_on_rows_of_all_labels_where_validation_is_sorted(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("zeroshot.entailment._MOST_PAIRS_PER_TEMPLATE", 20)
    monkeypatch.setattr("zeroshot.entailment._FEWEST_ROWS", 10)
    tried = []
    choose = entailment.choose_template

    def observed(config, scores_of, labels, usual_factor):
        tried.append(labels.tolist())
        return choose(config, scores_of, labels, usual_factor)

    monkeypatch.setattr("zeroshot.entailment.choose_template", observed)
    job = nli_job(tmp_path)
    path = job.dataset / "validation.parquet"
    pq.write_table(pq.read_table(path).sort_by("label"), path)
    assert job.run().status == 0, job.failure
    assert len(tried[0]) == 10 and set(tried[0]) == {0, 1}


def test_without_rows_but_those_of_test_the_first_template_is_taken_and_it_is_said(tmp_path):
    job = nli_job(tmp_path)
    for split in ("train", "validation"):
        path = job.dataset / f"{split}.parquet"
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    assert job.run().status == 0, job.failure
    metrics = job.metrics
    assert (metrics["chosen"]["template"], metrics["chosen"]["scale"]) == (TEMPLATES[0], 1.0)
    assert metrics["notes"][0].startswith("There are no validation rows to choose by")
    assert len(job.predictions["logits"]) == metrics["rows"]["test"] > 0


def test_a_decoder_reads_a_pair_of_texts_with_each_sentence(tmp_path):
    job = nli_job(tmp_path, "gpt2", is_pair=True)
    assert job.run().status == 0, job.failure
    assert np.isfinite(job.predictions["logits"]).all()


def test_a_head_that_is_not_stored_is_refused(tmp_path):
    job = nli_job(tmp_path)
    weights = load_file(job.model / "model.safetensors")
    del weights["classifier.weight"]
    save_file(weights, job.model / "model.safetensors", metadata={"format": "pt"})
    assert job.run().status == 1
    assert "weights are not stored that it needs for it (classifier.weight)" in job.failure


@pytest.mark.parametrize(
    ("labels", "output"),
    [
        (NLI_LABELS, 2),
        (("entailment", "not_entailment"), 0),
        (("LABEL_0", "LABEL_1", "LABEL_2"), None),
        (("entails", "entailed"), None),
        (("negative", "positive"), None),
    ],
)
def test_a_model_for_inference_is_known_by_its_label_for_entailment(labels, output, tmp_path):
    config = {"architectures": ["BertForSequenceClassification"]}
    config["id2label"] = {str(number): label for number, label in enumerate(labels)}
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert entailment_output(tmp_path) == output
    (tmp_path / "config.json").write_text(json.dumps(config | {"architectures": ["BertModel"]}))
    assert entailment_output(tmp_path) is None
