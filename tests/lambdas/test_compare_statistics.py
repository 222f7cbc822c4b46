"""Compare counts from the predictions that jobs have left, and says what it could not."""

import gzip
import json

import pytest

from bakeoff import layout
from bakeoff.errors import StorageError
from tests.lambdas.conftest import newest
from tests.support.agreement import assert_files_agree
from tests.support.sliced import grouping, row_slices


def test_candidates_without_a_significant_difference_are_tied(store, finish, compare):
    finish({"distilbert-base-uncased": 0.945, "distilroberta-base": 0.95})
    compare()
    summary = assert_files_agree(newest(store))
    assert summary.verdict.tied == [each.candidate for each in summary.candidates]


def test_jobs_without_predictions_are_ranked_without_intervals(store, finish, compare):
    models = {"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95}
    finish(models, with_predictions=False)
    compare()
    summary = assert_files_agree(newest(store))
    assert [each.metrics["f1"].interval for each in summary.candidates] == [None, None]
    assert [each.is_tied for each in summary.candidates][1] is None


def test_predictions_that_cannot_be_read_cost_their_intervals_alone(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    item = json.loads(store.objects[layout.plan_key(run, 1)])[0]["item"]
    store.objects[layout.predictions_key(run, item)] = b"no archive"
    assert compare()["num_failed"] == 0
    intervals = {
        each.model: each.metrics["f1"].interval is not None
        for each in assert_files_agree(newest(store)).candidates
    }
    assert intervals == {"distilbert-base-uncased": False, "distilroberta-base": True}


def test_the_hardest_rows_have_the_texts_that_preparation_left(store, finish, compare):
    lines = [json.dumps({"id": row, "texts": [f"text {row}"]}) for row in range(400)]
    store.objects["cache/datasets/ffff/test_texts.jsonl.gz"] = gzip.compress(
        "\n".join(lines).encode()
    )
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    rows = assert_files_agree(newest(store)).hardest_rows
    assert rows
    assert all(row.texts == [f"text {row.id}"] for row in rows)


@pytest.mark.parametrize("damaged", ["no gzip", "no row", "cut off"])
def test_without_readable_texts_only_the_texts_are_missing(store, finish, compare, damaged):
    contents = {
        "no gzip": b"no gzip",
        "no row": gzip.compress(b"[]"),
        "cut off": gzip.compress(b'{"id": 1}')[:-9],
    }
    store.objects["cache/datasets/ffff/test_texts.jsonl.gz"] = contents[damaged]
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    rows = assert_files_agree(newest(store)).hardest_rows
    assert rows
    assert not any(row.texts for row in rows)


def test_test_rows_are_sliced_as_preparation_left_them(store, finish, compare):
    slices = row_slices(range(400), grouping({"de": [True] * 150 + [False] * 250}))
    store.objects["cache/datasets/ffff/slices.json.gz"] = gzip.compress(slices.to_json())
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    (part,) = assert_files_agree(newest(store)).slices.groupings[0].slices
    assert (part.name, part.rows, len(part.scores)) == ("de", 150, 2)
    assert b"de" in newest(store)["slices.csv"]


@pytest.mark.parametrize(
    "damaged",
    [b"no gzip", gzip.compress(b"[]"), gzip.compress(b"{}")[:-9]],
    # Archives hold the time, so their bytes would name the test otherwise at each collection.
    ids=["no gzip", "no slices", "cut off"],
)
def test_without_readable_slices_only_the_slices_are_missing(store, finish, compare, damaged):
    store.objects["cache/datasets/ffff/slices.json.gz"] = damaged
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    summary = assert_files_agree(newest(store))
    assert summary.slices is None
    assert summary.candidates[0].metrics["f1"].interval is not None


def test_without_the_predictions_of_the_best_no_candidate_is_tied(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    best = next(
        item["item"]
        for item in json.loads(store.objects[layout.plan_key(run, 1)])
        if item["candidate"].startswith("distilroberta")
    )
    del store.objects[layout.predictions_key(run, best)]
    compare()
    summary = assert_files_agree(newest(store))
    assert [each.versus_best for each in summary.candidates] == [None, None]
    assert summary.verdict.tied == [summary.candidates[0].candidate]
    assert not any("tied" in each for each in summary.verdict.sentences)
    assert any("predictions" in each for each in summary.statistics.notes)


def test_if_the_statistics_fail_only_their_columns_are_empty(
    store, finish, compare, caplog, monkeypatch
):
    analyse = "bakeoff.comparison.add_statistics.analyse"
    monkeypatch.setattr(analyse, lambda candidates, spec, given: 1 / 0)
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    assert compare()["num_failed"] == 0
    summary = assert_files_agree(newest(store))
    assert [each.metrics["accuracy"].mean for each in summary.candidates] == [0.95, 0.85]
    assert "could not be computed" in caplog.text


def test_an_s3_error_ends_the_comparison_rather_than_leave_out_a_candidates_statistics(
    store, finish, compare, monkeypatch
):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    read = store.get

    def get(key, **more):
        if key.endswith(".npz"):
            raise StorageError("S3 refused GetObject: SlowDown")
        return read(key, **more)

    monkeypatch.setattr(store, "get", get)
    with pytest.raises(StorageError):
        compare()

    monkeypatch.undo()
    compare()
    intervals = [
        each.metrics["f1"].interval for each in assert_files_agree(newest(store)).candidates
    ]
    assert None not in intervals


def test_averages_do_not_replace_statistics_that_are_there(store, finish, compare):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    before = dict(store.objects)

    # As the state machine does after any error, even one that came when all was written.
    answer = compare(statistics=False)

    assert answer["num_candidates"] == 2
    assert store.objects == before


def test_a_comparison_that_fails_halfway_is_completed_from_what_is_archived(
    store, finish, compare, monkeypatch
):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    put = store.put

    def refused(key, content, content_type="application/json"):
        if key == "results/imdb/report.html":
            raise StorageError("S3 refused PutObject: AccessDenied")
        put(key, content, content_type)

    monkeypatch.setattr(store, "put", refused)
    with pytest.raises(StorageError):
        compare()
    monkeypatch.undo()

    compare(statistics=False)

    assert assert_files_agree(newest(store)).statistics.resamples > 0


def test_predictions_that_are_gone_do_not_take_away_the_statistics_that_they_gave(
    store, run, finish, compare
):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    before = newest(store)
    for key in store.keys(f"runs/{run}/predictions/"):
        store.delete(key)

    compare()

    assert newest(store) == before
