"""One snapshot for all candidates: which rows, in which order, and when there is none."""

import collections

import numpy as np
import pyarrow.parquet as pq
import pytest

from snapshot.dataset_snapshot import fingerprint_of, read_snapshot, take_snapshot, write_snapshot
from source.data_problems import DataError
from source.raw_rows import RawRows
from source.source_splits import Source
from tests.support.memory_rows import memory_rows
from tests.support.preparing import SPLITS, requested, reviews

LABELS = ("bad", "good", "mixed")


def raw(rows):
    texts, labels = zip(*rows, strict=True) if rows else ((), ())
    return memory_rows({"text": list(texts), "label": list(labels)})


def with_suffix(rows, where):
    """The same rows with other texts."""
    return [(f"{text} {where}", label) for text, label in rows]


def snapshot_of(train, validation=None, test=None, named=SPLITS, **fields):
    given = {"train": train, "validation": validation, "test": test}
    splits = {
        split: rows if isinstance(rows, RawRows) else raw(rows)
        for split, rows in given.items()
        if rows is not None
    }
    source = Source("films", None, splits, frozenset(named) & splits.keys())
    return take_snapshot(source, requested("./films.csv", **fields))


def problems_of(*splits, **fields):
    with pytest.raises(DataError) as caught:
        snapshot_of(*splits, **fields)
    assert all(problem.remedy for problem in caught.value.problems)
    return [(problem.field, problem.problem) for problem in caught.value.problems]


def counts(snapshot, split):
    classes = snapshot.splits[split].labels
    return np.bincount(classes, minlength=len(snapshot.labels.names)).tolist()


def pairs(snapshot, split):
    rows = snapshot.splits[split]
    labels = [snapshot.labels.names[number] for number in rows.labels]
    return collections.Counter(zip(rows.texts, labels, strict=True))


def test_splits_that_are_given_are_kept_whole():
    train, validation, test = (
        reviews(40),
        with_suffix(reviews(10), "here"),
        with_suffix(reviews(20), "there"),
    )
    snapshot = snapshot_of(train, validation, test)
    assert pairs(snapshot, "train") == collections.Counter(train)
    assert pairs(snapshot, "validation") == collections.Counter(validation)
    assert pairs(snapshot, "test") == collections.Counter(test)


def test_a_missing_split_is_cut_from_train_stratified():
    rows = reviews(300, LABELS)
    snapshot = snapshot_of(rows)
    # A fifth for test, a tenth of what is left for validation, of each label as many.
    assert snapshot.rows == {"train": 216, "validation": 24, "test": 60}
    assert counts(snapshot, "test") == [20, 20, 20]
    assert counts(snapshot, "validation") == [8, 8, 8]
    together = pairs(snapshot, "train") + pairs(snapshot, "validation") + pairs(snapshot, "test")
    assert together == collections.Counter(rows)


def test_the_ids_lead_back_to_the_rows():
    rows = reviews(100)
    snapshot = snapshot_of(rows)
    for split in SPLITS:
        drawn = snapshot.splits[split]
        assert drawn.texts == [rows[number][0] for number in drawn.ids]


def test_the_order_is_mixed_and_the_same_every_time():
    orders = [snapshot_of(reviews(100)).splits["train"].ids.tolist() for _ in range(2)]
    assert orders[0] == orders[1]
    assert orders[0] != sorted(orders[0])
    other = snapshot_of(reviews(100), split_seed=1).splits["train"].ids.tolist()
    assert sorted(other) != sorted(orders[0])


@pytest.mark.parametrize("most", [2, 7, 50, 113, 199])
def test_the_most_rows_are_kept_to_exactly(most):
    snapshot = snapshot_of(
        reviews(200),
        with_suffix(reviews(10), "here"),
        with_suffix(reviews(200), "there"),
        max_train_rows=most,
        max_test_rows=most,
    )
    assert snapshot.rows == {"train": most, "validation": 10, "test": most}
    assert abs(counts(snapshot, "train")[0] - most / 2) <= 0.5


def test_the_most_rows_hold_where_splits_are_cut_too():
    snapshot = snapshot_of(reviews(1000), max_train_rows=90, max_test_rows=50)
    # Nine tenths of the rows that are used.
    assert snapshot.rows == {"train": 90, "validation": 10, "test": 50}


def test_one_limit_does_not_change_another_split_s_rows():
    plain = snapshot_of(reviews(300), max_test_rows=20)
    limited = snapshot_of(reviews(300), max_test_rows=20, max_train_rows=100)
    assert set(plain.splits["test"].ids) == set(limited.splits["test"].ids)


def test_no_training_row_is_used_for_anything_else():
    snapshot = snapshot_of(reviews(500), max_train_rows=300, max_test_rows=40)
    drawn = [set(snapshot.splits[split].ids.tolist()) for split in SPLITS]
    assert len(set.union(*drawn)) == sum(map(len, drawn))


def test_every_class_stays_in_train_however_few_its_rows_are():
    rows = [(f"text {number}", f"class {number % 30}") for number in range(62)]
    snapshot = snapshot_of(rows)
    assert min(counts(snapshot, "train")) >= 1
    assert snapshot.rows == {"train": 45, "validation": 5, "test": 12}


def test_a_class_of_one_row_is_trained_on():
    snapshot = snapshot_of([*reviews(50), ("the only one", "mixed")])
    assert counts(snapshot, "train")[2] == 1


def test_fewer_training_rows_than_labels_are_refused():
    ((field, problem),) = problems_of(reviews(300, LABELS), max_train_rows=2)
    assert field == "max_train_rows"
    assert problem == "With 2 training rows 1 of 3 labels have none."


def test_too_few_rows_to_cut_from_are_refused():
    ((field, problem),) = problems_of(reviews(2))
    assert (field, "too few" in problem) == ("dataset.train", True)


def test_a_column_that_is_not_text_is_refused_with_its_type():
    ((field, problem),) = problems_of([*reviews(6), (5, "good")])
    assert (field, problem) == (
        "text",
        "The column 'text' holds no text in 1 of 7 rows of train; the first is row 6, counted "
        "from 0: 5.",
    )


def test_a_split_without_rows_is_reported_and_causes_no_other_problem():
    assert problems_of(raw([]), None, reviews(4)) == [
        ("dataset.train", "The train split has no rows.")
    ]
    assert problems_of(reviews(4), None, raw([])) == [
        ("dataset.test", "The test split has no rows.")
    ]


def test_all_problems_are_reported_together():
    problems = problems_of([(5, "good"), ("a", "")], None, [("b", "good"), (7, "other")])
    assert [field for field, _ in problems] == ["text", "text", "label", "label"]
    problems = problems_of([(" ", "good"), ("", "bad"), ("a", "")], None, [("b", "good")])
    assert [field for field, _ in problems] == ["text", "label"]


def test_an_unlabelled_split_counts_as_missing_unless_it_was_named():
    secret = memory_rows({"text": ["a", "b"], "label": [-1, -1]})
    snapshot = snapshot_of(reviews(100), None, secret, named=("train",))
    assert snapshot.rows["test"] == 20
    assert snapshot.notes == ["test has no labels, so it was cut from train instead."]
    ((field, problem),) = problems_of(reviews(100), None, secret)
    assert (field, problem) == ("dataset.test", "The rows of the test split have no labels.")


def test_the_fingerprint_is_that_of_the_rows():
    rows = reviews(60)
    first = snapshot_of(rows).fingerprint
    assert snapshot_of(rows).fingerprint == first
    assert len(first) == 64
    changed = [(rows[0][0] + "!", rows[0][1]), *rows[1:]]
    relabelled = [(rows[0][0], "good"), *rows[1:]]
    others = [snapshot_of(changed), snapshot_of(relabelled), snapshot_of(rows, split_seed=1)]
    assert len({first, *(other.fingerprint for other in others)}) == 4


def test_the_snapshot_is_written_as_parquet_in_its_order(tmp_path):
    snapshot = snapshot_of(reviews(50))
    write_snapshot(snapshot, tmp_path)
    for split in SPLITS:
        table = pq.read_table(tmp_path / f"{split}.parquet").to_pydict()
        rows = snapshot.splits[split]
        assert table == {
            "id": rows.ids.tolist(),
            "text": rows.texts,
            "label": rows.labels.tolist(),
        }


def test_a_snapshot_that_was_written_can_be_read(tmp_path):
    snapshot = snapshot_of(reviews(50))
    write_snapshot(snapshot, tmp_path)
    again = read_snapshot(tmp_path)
    assert (again.labels, again.fingerprint, again.rows) == (
        snapshot.labels,
        snapshot.fingerprint,
        snapshot.rows,
    )
    assert fingerprint_of(again.labels, again.splits) == snapshot.fingerprint
