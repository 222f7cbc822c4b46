"""Static embeddings in preparation, and a job that trains on what it leaves."""

import pytest

from tests.support.preparing import resolved, reviews, run_prepare, write_csv
from tests.support.static_models import static_model
from tests.support.tiny_models import build_tiny_model

ROWS = reviews(60)
TEXTS = [text for text, _ in ROWS]


def prepared(tmp_path, models, **fields):
    train = write_csv(tmp_path / "train.csv", ROWS)
    return run_prepare(tmp_path, resolved(train, models, **fields))


@pytest.fixture
def static(tmp_path):
    return static_model(tmp_path / "static", TEXTS)


def test_a_model_of_static_embeddings_is_ready_for_the_method_static_alone(tmp_path, static):
    methods = ("static", "full", "lora", "frozen")
    models = [{"id": str(static), "method": method} for method in methods]
    run = prepared(tmp_path, models)
    entries = [run.model(number) for number in range(4)]
    assert [entry["status"] for entry in entries] == ["ready", "failed", "failed", "failed"]
    assert all("give it the method static." in entry["reason"] for entry in entries[1:])
    assert (entries[0]["max_length"], entries[0]["encoder_parameters"]) == (512, 0)


def test_its_tokens_are_counted_without_special_ones(tmp_path, static):
    model = {"id": str(static), "method": "static", "hyperparameters": {"max_length": 8}}
    run = prepared(tmp_path, [model])
    lengths = [len(row) for row in run.tokenised(0, "train")["input_ids"]]
    # "film 7 was dull", and "and long" up to four times.
    assert (min(lengths), max(lengths)) == (4, 8)
    assert run.model(0)["max_length"] == 8


def test_embeddings_are_distilled_from_an_encoder_that_passes_its_trial(tmp_path):
    bert = build_tiny_model("bert", tmp_path / "bert", TEXTS)
    run = prepared(tmp_path, [{"id": str(bert), "method": "static"}])
    assert run.model(0)["status"] == "ready"
