"""Data sets without rows to train on, for candidates that learn from none."""

import pyarrow.parquet as pq
import pytest

from tests.support.preparing import resolved, reviews, run_prepare, write_csv
from tests.support.tiny_causal_model import build_tiny_causal_model
from tests.support.tiny_models import build_tiny_model

ROWS = reviews(20)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "bert"
    return str(build_tiny_model("bert", folder, [text for text, _ in ROWS]))


@pytest.fixture(scope="module")
def language_model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "causal"
    return str(build_tiny_causal_model(folder, [text for text, _ in ROWS]))


@pytest.fixture
def prepared(model, tmp_path):
    """Prepares a model with the method zeroshot for files of these rows, by split."""

    def prepare(method="zeroshot", header=("text", "label"), fields=None, model=model, **splits):
        files = {
            split: write_csv(tmp_path / f"{split}.csv", rows, header)
            for split, rows in splits.items()
        }
        models = [{"id": model, "method": method}]
        return run_prepare(
            tmp_path, resolved(files.pop("train", None), models, **files, **fields or {})
        )

    return prepare


def test_test_rows_alone_are_all_scored_and_the_other_splits_are_empty(prepared):
    done = prepared(test=ROWS)
    assert done.manifest["dataset"]["rows"] == {"train": 0, "validation": 0, "test": 20}
    assert done.manifest["dataset"]["labels"] == ["bad", "good"]
    assert done.manifest["models"][0]["status"] == "ready"
    assert sorted(done.rows("test")["text"]) == sorted(text for text, _ in ROWS)
    assert done.rows("validation")["text"] == []
    assert list(done.data_card["splits"]) == ["test"]
    assert list(done.data_card["models"][done.model(0)["candidate"]]["splits"]) == ["test"]
    assert pq.read_table(done.tokens(0) / "test.parquet").num_rows == 20


def test_a_second_run_finds_them_prepared(prepared):
    first = prepared(test=ROWS)
    again = prepared(test=ROWS)
    assert again.manifest["dataset"] == first.manifest["dataset"]


def test_validation_rows_may_be_there_to_choose_by_without_those_of_test(prepared):
    others = [*reviews(30)[20:], ROWS[0]]
    done = prepared(test=ROWS, validation=others)
    assert done.manifest["dataset"]["rows"] == {"train": 0, "validation": 10, "test": 20}
    assert done.data_card["dropped_rows"] == {"train": 0, "validation": 1}


def test_problems_name_the_split_that_has_them(prepared):
    (problem,) = prepared(test=[(text, "bad") for text, _ in ROWS]).problems
    assert problem["problem"] == "All test rows have the same label, 'bad'."
    (problem,) = prepared(test=ROWS, validation=reviews(12, ("mixed",))).problems
    assert "labels that test lacks: 'mixed'" in problem["problem"]


def test_without_validation_there_is_no_threshold_for_several_labels(prepared):
    rows = [(text, "1", "0") if label == "bad" else (text, "1", "1") for text, label in ROWS]
    several = {"label": ["dull", "fine"]}
    header = ("text", "dull", "fine")
    (problem,) = prepared(test=rows, header=header, fields=several).problems
    assert problem["field"] == "dataset.validation"
    others = [(f"{text} indeed", *flags) for text, *flags in rows]
    done = prepared(test=rows, validation=others, header=header, fields=several)
    assert done.manifest["status"] == "ready"


def test_a_language_model_is_asked_by_the_labels_names(prepared, language_model):
    done = prepared("prompt", model=language_model, test=ROWS)
    assert done.manifest["models"][0]["status"] == "ready"


def test_a_language_model_cannot_be_asked_for_codes_or_numbers(prepared, language_model):
    named = {"bad": "C17", "good": "C18"}
    codes = [(text, named[label]) for text, label in ROWS]
    failed = prepared("prompt", model=language_model, test=codes).model(0)
    assert failed["status"] == "failed" and "'C17', 'C18'" in failed["reason"]
    numbers = [(text, 0.5 + len(text)) for text, _ in ROWS]
    failed = prepared("prompt", model=language_model, test=numbers).model(0)
    assert failed["status"] == "failed" and "dataset.train" in failed["reason"]
