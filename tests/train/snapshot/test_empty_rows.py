"""Rows without a text: left out of what is learnt from, never out of test, and counted."""

import pytest

from snapshot.dataset_snapshot import read_snapshot, take_snapshot, write_snapshot
from source.data_problems import DataError
from source.source_splits import Source
from tests.support.memory_rows import memory_rows
from tests.support.preparing import requested, reviews

EMPTY = ["", " \n\t", "\u00a0", None]


def snapshot_of(train, validation=None, test=None, **fields):
    """Rows are (text, label) or (text, text, label)."""
    splits = {}
    for split, rows in (("train", train), ("validation", validation), ("test", test)):
        if rows is not None:
            names = ("text", "label") if len(rows[0]) == 2 else ("text1", "text2", "label")
            splits[split] = memory_rows(dict(zip(names, zip(*rows, strict=True), strict=True)))
    source = Source("films", None, splits, frozenset(splits))
    return take_snapshot(source, requested("./films.csv", **fields))


def with_suffix(rows, where):
    return [(f"{text} {where}", label) for text, label in rows]


@pytest.mark.parametrize("empty", EMPTY)
def test_empty_rows_are_left_out_of_train_and_validation_and_stay_in_test(empty):
    train, validation, test = (with_suffix(reviews(10), where) for where in ("a", "b", "c"))
    gap = (empty, "good")
    snapshot = snapshot_of([gap, *train, gap], [gap, *validation], [*test, gap, gap])
    assert snapshot.given.rows == {"train": 12, "validation": 11, "test": 12}
    assert snapshot.given.empty == {"train": 2, "validation": 1, "test": 2}
    assert snapshot.rows == {"train": 10, "validation": 10, "test": 12}
    texts = {split: rows.texts for split, rows in snapshot.splits.items()}
    assert sorted(texts["train"]) == sorted(text for text, _ in train)
    assert texts["test"].count(empty or "") == 2
    # Their numbers still lead back to the source.
    assert all(train[number - 1][0] == text for number, text in _numbered(snapshot, "train"))


def _numbered(snapshot, split):
    rows = snapshot.splits[split]
    return zip(rows.ids.tolist(), rows.texts, strict=True)


def test_labels_stay_with_their_texts():
    rows = reviews(30)
    gaps = [
        row for n, review in enumerate(rows) for row in (review, *[(" ", "good")] * (n % 3 > 1))
    ]
    snapshot = snapshot_of(gaps)
    labels = {
        text: snapshot.labels.names[label]
        for part in snapshot.splits.values()
        for text, label in zip(part.texts, part.labels, strict=True)
    }
    assert labels == dict(rows)
    assert snapshot.given.empty == {"train": 10}


def test_a_test_split_that_is_cut_from_train_has_no_empty_rows():
    snapshot = snapshot_of([*reviews(50), *[("", "bad")] * 20])
    assert sum(snapshot.rows.values()) == 50
    assert "" not in snapshot.splits["test"].texts


def test_an_empty_row_is_no_copy_of_another_that_is_left_out():
    test = [*with_suffix(reviews(6), "there"), ("", "bad")]
    snapshot = snapshot_of([*reviews(20), ("", "bad"), (" ", "bad"), ("", "good")], None, test)
    assert snapshot.copies.repeated == {"train": 0, "test": 0}
    assert snapshot.copies.leaked["exact"] == {"train": 0}
    assert snapshot.dropped == {"train": 0}


def test_a_row_that_is_left_out_needs_no_label():
    snapshot = snapshot_of([*reviews(20), ("", ""), (None, None), (" ", "of no other row")])
    assert snapshot.labels.names == ["bad", "good"]
    assert snapshot.given.empty == {"train": 3}


def test_an_empty_test_row_needs_its_label():
    with pytest.raises(DataError, match="1 row of test has no label; the first, counted from 0: 4"):
        snapshot_of(reviews(20), None, [*with_suffix(reviews(4), "there"), ("", "")])


def test_the_numbers_of_rows_without_a_label_are_those_of_the_source():
    with pytest.raises(
        DataError, match="2 rows of train have no label; the first, counted from 0: 0, 3"
    ):
        snapshot_of([("a", ""), ("", ""), ("", ""), ("b", None), *reviews(20)])


def test_a_pair_with_one_text_is_used_and_counted():
    pairs = [(f"a {n}", f"b {n}", n % 2) for n in range(20)]
    train = [*pairs, ("title", "", 1), (None, "body", 0), (" ", None, 1)]
    snapshot = snapshot_of(train, None, [("x", "", 1), ("y", "z", 0), ("", "", 0)])
    assert snapshot.given.empty == {"train": 1, "test": 1}
    assert snapshot.given.half_empty == {"train": 2, "test": 1}
    used = [part for name, part in snapshot.splits.items() if name != "test"]
    rows = {row for part in used for row in zip(part.texts, part.text_pairs, strict=True)}
    assert {("title", ""), ("", "body")} <= rows
    assert len(rows) == 22
    assert snapshot.rows["test"] == 3


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_a_split_of_mostly_empty_rows_is_refused(split):
    splits = {name: with_suffix(reviews(6), name) for name in ("train", "validation", "test")}
    assert snapshot_of(**{**splits, split: [*splits[split], *[("", "bad")] * 6]})
    with pytest.raises(DataError) as caught:
        snapshot_of(**{**splits, split: [*splits[split], *[("", "bad")] * 7]})
    (problem,) = caught.value.problems
    assert (problem.field, problem.problem) == (
        "text",
        f"7 of 13 rows of {split} have an empty text.",
    )


def test_rows_left_out_are_in_the_log_and_in_the_stored_snapshot(tmp_path, capsys):
    snapshot = snapshot_of([*reviews(20), ("", "bad")])
    assert "1 rows of train have no text and are left out" in capsys.readouterr().out
    write_snapshot(snapshot, tmp_path)
    assert read_snapshot(tmp_path).given == snapshot.given
