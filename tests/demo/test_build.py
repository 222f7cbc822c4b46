"""The demo's folder as it is built, in small."""

import csv
import json

import pytest
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from bakeoff.client.request_file import load_request
from demo.build import NAME, build


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "build"
    build(folder)
    return folder


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_request_is_valid_and_every_path_in_it_exists(folder):
    file = load_request(folder / f"{NAME}.json")

    assert file.name == NAME
    assert len(file.paths) == 5
    assert len(file.request.models) == 3


def test_test_rows_are_not_in_train_and_have_its_labels(folder):
    train, test = rows(folder / "data" / "train.csv"), rows(folder / "data" / "test.csv")

    assert {row["sentence"] for row in train}.isdisjoint(row["sentence"] for row in test)
    assert {row["service"] for row in train} == {row["service"] for row in test}
    assert (len(train), len(test)) == (2040, 600)


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("all-minilm-l6-v2", "bert"),
        ("untrained-bert", "bert"),
        ("untrained-roberta", "roberta"),
    ],
)
def test_every_model_loads_for_any_number_of_labels(folder, model, family):
    path = folder / "models" / model
    tokenizer = AutoTokenizer.from_pretrained(path)
    loaded = AutoModelForSequenceClassification.from_pretrained(path, num_labels=6)

    batch = tokenizer(["A cluster of nodes.", "A job."], padding=True, return_tensors="pt")

    assert loaded.config.model_type == family
    assert loaded(**batch).logits.shape == (2, 6)
    assert tokenizer.unk_token_id not in batch["input_ids"]


def test_the_untrained_models_have_tokenisers_of_their_own(folder):
    tokens = {
        model: AutoTokenizer.from_pretrained(folder / "models" / model).tokenize(" clusters")
        for model in ("untrained-bert", "untrained-roberta")
    }

    assert tokens["untrained-roberta"][0].startswith("Ġ")
    assert not tokens["untrained-bert"][0].startswith("Ġ")


def test_a_build_that_is_there_is_left_alone(folder):
    request = folder / f"{NAME}.json"
    request.write_text("{}")

    build(folder)

    assert json.loads(request.read_text()) == {}


def test_a_build_that_was_cut_short_is_built_again(folder):
    (folder / "version.txt").unlink()

    build(folder)

    assert load_request(folder / f"{NAME}.json").name == NAME
