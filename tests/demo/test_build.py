"""Builds the demo twice, in processes of their own, and reads what it consists of."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from bakeoff.client.request_file import load_request
from demo.build import BUILD_VERSION, NAME, build
from demo.models import SOURCES

ROOT = Path(__file__).parents[2]
BUILD = "import sys, pathlib, demo.build; demo.build.build(pathlib.Path(sys.argv[1]))"


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """Two builds by processes that order sets and dictionaries of strings differently.

    The first one replaces a build that was interrupted.
    """
    folders = [tmp_path_factory.mktemp("demo") / "build" for _ in range(2)]
    (folders[0] / "data").mkdir(parents=True)
    (folders[0] / "data" / "left-over.csv").touch()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", BUILD, str(folder)],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
        )
        for folder, hash_seed in zip(folders, ("1", "2"), strict=True)
    ]
    assert [process.wait() for process in processes] == [0, 0]
    return folders


@pytest.fixture(scope="module")
def folder(builds):
    return builds[0]


def files(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_build_gives_the_same_bytes(builds):
    one, other = builds

    assert files(one) == files(other)
    differing = [
        str(file) for file in files(one) if (one / file).read_bytes() != (other / file).read_bytes()
    ]
    assert differing == []


def test_a_build_that_was_interrupted_is_replaced(folder):
    assert not (folder / "data" / "left-over.csv").exists()
    assert load_request(folder / f"{NAME}.json").name == NAME


def test_a_finished_build_is_left_alone(tmp_path):
    request = tmp_path / f"{NAME}.json"
    request.write_text("{}")
    (tmp_path / "version.txt").write_text(str(BUILD_VERSION))

    assert build(tmp_path) == request
    assert request.read_text() == "{}"


def test_the_request_is_valid_and_every_path_in_it_exists(folder):
    file = load_request(folder / f"{NAME}.json")

    assert len(file.paths) == 5
    assert {(Path(model.id).name, model.method) for model in file.request.models} == {
        ("all-minilm-l6-v2", "full"),
        ("all-minilm-l6-v2", "frozen"),
        ("splade-bert-tiny", "full"),
    }
    assert file.request.baselines


def test_test_rows_are_not_in_train_and_have_its_labels(folder):
    train, test = rows(folder / "data" / "train.csv"), rows(folder / "data" / "test.csv")

    assert {row["sentence"] for row in train}.isdisjoint(row["sentence"] for row in test)
    assert {row["service"] for row in train} == {row["service"] for row in test}
    assert (len(train), len(test)) == (2040, 600)


@pytest.mark.parametrize("model", SOURCES)
def test_every_model_is_pretrained_and_takes_any_number_of_labels(folder, model):
    path = folder / "models" / model
    tokenizer = AutoTokenizer.from_pretrained(path)
    loaded, report = AutoModelForSequenceClassification.from_pretrained(
        path, num_labels=6, output_loading_info=True
    )

    batch = tokenizer(["A cluster of nodes.", "A job."], padding=True, return_tensors="pt")

    assert loaded(**batch).logits.shape == (2, 6)
    assert tokenizer.unk_token_id not in batch["input_ids"]
    # Only the head is new: every weight of the embeddings and the layers comes from the file.
    new = {name.removesuffix(".weight").removesuffix(".bias") for name in report["missing_keys"]}
    assert new <= {"classifier", "bert.pooler.dense"}
