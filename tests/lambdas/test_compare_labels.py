"""Compare lists the rows whose labels may be wrong, from what linear candidates' jobs left."""

import csv
import io
import json

import pytest

from bakeoff import layout
from bakeoff.errors import StorageError
from tests.lambdas.conftest import newest, put_request
from tests.support.agreement import assert_files_agree
from tests.support.fake_store import FakeStore
from tests.support.labelled_rows import judged, label_npz

ACCURACIES = {"distilbert-base-uncased": 0.85, "tfidf": 0.8}


@pytest.fixture
def store(s3_event) -> FakeStore:
    """The bucket with the walk-through's request in it, with baselines."""
    bucket = FakeStore()
    models = ["distilbert-base-uncased"]
    put_request(bucket, s3_event(), {"dataset": "stanfordnlp/imdb", "models": models})
    return bucket


@pytest.fixture
def labels_key(store, run):
    """Where the job of tfidf leaves what it says of labels."""
    items = [item["item"] for item in json.loads(store.objects[layout.plan_key(run, 1)])]
    (tfidf,) = [item for item in items if item.startswith("tfidf")]
    return layout.label_probabilities_key(run, tfidf)


def test_the_rows_are_in_table_summary_and_report(store, labels_key, finish, compare):
    finish(ACCURACIES)
    store.objects[labels_key] = label_npz(judged(num_rows=2000, num_wrong=200))

    compare()

    files = newest(store)
    summary = assert_files_agree(files)
    rows = list(csv.DictReader(io.StringIO(files["suspect_labels.csv"].decode(), newline="")))
    assert len(rows) == len(summary.suspect_labels.listed) == 200
    assert rows[0]["text"] == f"text {rows[0]['row']}"
    assert f"Row {rows[0]['row']} of {rows[0]['split']}" in files["report.html"].decode()
    assert summary.verdict.sentences[-1].startswith("Labels may be wrong")


@pytest.mark.parametrize(
    "content",
    [None, b"no archive", label_npz(judged())[:-99]],
    ids=["missing", "no archive", "cut off"],
)
def test_without_readable_probabilities_only_they_are_missing(
    store,
    labels_key,
    finish,
    compare,
    content,
):
    finish(ACCURACIES)
    if content is not None:
        store.objects[labels_key] = content

    assert compare()["best_candidate"]

    files = newest(store)
    assert assert_files_agree(files).suspect_labels is None
    assert files["suspect_labels.csv"].count(b"\n") == 1


def test_a_bucket_that_fails_meanwhile_costs_the_list_alone(
    store,
    labels_key,
    finish,
    compare,
    monkeypatch,
):
    finish(ACCURACIES)
    find = store.find

    def failing(key):
        if key == labels_key:
            raise StorageError("S3 could not be reached")
        return find(key)

    monkeypatch.setattr(store, "find", failing)

    assert compare()["best_candidate"]
    assert assert_files_agree(newest(store)).suspect_labels is None
