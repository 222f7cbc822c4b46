"""Candidates that go by the labels' names, in the preparation of a run."""

import pytest

from tests.support.preparing import resolved, reviews, run_prepare, write_csv
from tests.support.tiny_models import build_tiny_model

ROWS = reviews(20)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "bert"
    return str(build_tiny_model("bert", folder, [text for text, _ in ROWS]))


@pytest.fixture
def prepared(model, tmp_path):
    """Prepares one model with both methods, for rows with these labels in the places of bad and
    good."""

    def prepare(bad="bad", good="good", **fields):
        named = {"bad": bad, "good": good}
        train = write_csv(tmp_path / "train.csv", [(text, named[label]) for text, label in ROWS])
        models = [{"id": model, "method": "zeroshot"}, {"id": model, "method": "frozen"}]
        request = resolved(train, models=models, **fields)
        return run_prepare(tmp_path, request)

    return prepare


def statuses(done):
    return [each["status"] for each in done.manifest["models"]]


def test_labels_that_are_words_need_no_description(prepared):
    assert statuses(prepared()) == ["ready", "ready"]


def test_labels_that_are_no_words_cost_only_the_candidate_that_goes_by_them(prepared):
    done = prepared(bad="C17", good="C18")
    assert statuses(done) == ["failed", "ready"]
    assert "not words: 'C17', 'C18'." in done.model(0)["reason"]
    assert '"label_descriptions", such as {"C17": ' in done.model(0)["reason"]


def test_with_descriptions_such_labels_will_do(prepared):
    described = {"C17": "blame", "C18": "praise"}
    done = prepared(bad="C17", good="C18", label_descriptions=described)
    assert statuses(done) == ["ready", "ready"]


def test_a_description_of_no_label_rejects_the_request(prepared):
    (problem,) = prepared(label_descriptions={"god": "praise"}).problems
    assert problem["field"] == "label_descriptions"
    assert "'god'" in problem["problem"] and "'bad', 'good'" in problem["remedy"]


def test_numbers_to_predict_have_no_names_to_go_by(prepared):
    done = prepared(bad="0.25", good="1.5")
    assert statuses(done) == ["failed", "ready"]
    assert "numbers to predict have none" in done.model(0)["reason"]
