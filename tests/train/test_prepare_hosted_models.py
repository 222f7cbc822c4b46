"""Models behind an API in the preparation of a run: there is nothing to fetch."""

from bakeoff.prepared.manifest import Manifest
from tests.support.preparing import resolved, reviews, run_prepare, write_csv

NOVA = "bedrock/amazon.nova-lite-v1:0"


def prepared(tmp_path, rows, **hyperparameters):
    train = write_csv(tmp_path / "train.csv", rows)
    models = [{"id": NOVA, "hyperparameters": hyperparameters}]
    return run_prepare(tmp_path, resolved(train, models=models, max_test_rows=10))


def test_a_hosted_model_is_ready_without_files(tmp_path):
    done = prepared(tmp_path, reviews(40))
    (model,) = done.manifest["models"]
    assert (model["status"], model["max_length"]) == ("ready", 512)
    assert model["snapshot_prefix"] is None
    assert done.data_card["models"] == {}


def test_the_service_reads_the_manifest(tmp_path):
    prepared(tmp_path, reviews(40), max_length=64)
    (file,) = tmp_path.rglob("manifest.json")
    (model,) = Manifest.from_json(file.read_bytes()).models
    assert (model.model, model.max_length) == (NOVA, 64)


def test_labels_that_are_no_words_need_examples_or_descriptions(tmp_path):
    rows = [(text, {"bad": "0", "good": "1"}[label]) for text, label in reviews(40)]
    done = prepared(tmp_path, rows, prompt_examples=0)
    (model,) = done.manifest["models"]
    assert model["status"] == "failed"
    assert "label_descriptions" in model["reason"]
