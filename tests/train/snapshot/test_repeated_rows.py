"""Rows that occur twice are counted, and left out of train if they occur in test."""

import numpy as np
import pytest

from snapshot.dataset_snapshot import take_snapshot
from snapshot.repeated_texts import count_repeats, hash_texts, normalise
from source.data_problems import DataError
from source.source_splits import Source
from tests.support.memory_rows import memory_rows
from tests.support.preparing import requested


def snapshot_of(train, validation=None, test=None, **fields):
    """Rows are (text, label) or (text, text, label)."""
    splits = {}
    for split, rows in (("train", train), ("validation", validation), ("test", test)):
        if rows is not None:
            names = ("text", "label") if len(rows[0]) == 2 else ("text1", "text2", "label")
            columns = zip(*rows, strict=True)
            splits[split] = memory_rows(dict(zip(names, columns, strict=True)))
    source = Source("films", None, splits, frozenset(splits))
    return take_snapshot(source, requested("./films.csv", **fields))


def rows(count, what="film"):
    return [(f"{what} {number}", ("bad", "good")[number % 2]) for number in range(count)]


def problem_of(*arguments, **fields):
    with pytest.raises(DataError) as caught:
        snapshot_of(*arguments, **fields)
    (problem,) = caught.value.problems
    return problem.field, problem.problem


LEAKED = [("film 3", "good"), ("film 4", "bad"), ("FILM  5!", "good"), ("another", "bad")]


def test_copies_of_test_rows_are_dropped_from_train_and_validation_and_never_from_test():
    validation = [("film 4", "bad"), ("unseen", "good"), ("film-5", "bad")]
    snapshot = snapshot_of(rows(20), validation, LEAKED)
    assert snapshot.rows == {"train": 18, "validation": 2, "test": 4}
    assert snapshot.dropped == {"train": 2, "validation": 1}
    assert not {"film 3", "film 4"} & set(snapshot.splits["train"].texts)
    assert set(snapshot.splits["test"].texts) == {text for text, _ in LEAKED}
    assert snapshot.copies.leaked == {
        "exact": {"train": 2, "validation": 1},
        # "film-5" is "film5", another word.
        "normalised": {"train": 3, "validation": 1},
    }
    assert snapshot.copies.leaked_left == {
        "exact": {"train": 0, "validation": 0},
        "normalised": {"train": 1, "validation": 0},
    }


def test_copies_are_kept_on_request_and_still_counted():
    snapshot = snapshot_of(rows(20), rows(4, "other"), LEAKED, drop_leaked=False)
    assert (snapshot.rows["train"], snapshot.dropped) == (20, {"train": 0, "validation": 0})
    assert snapshot.copies.leaked["exact"] == {"train": 2, "validation": 0}
    assert snapshot.copies.leaked_left["exact"] == {"train": 2, "validation": 0}


def test_a_copy_is_dropped_whatever_its_label_and_however_often_it_stands():
    train = [*rows(20), ("film 3", "bad"), ("film 3", "bad")]
    snapshot = snapshot_of(train, None, LEAKED)
    assert snapshot.dropped == {"train": 4}
    # Of rows of test, so that it is a share of them.
    assert snapshot.copies.leaked["exact"] == {"train": 2}


@pytest.mark.parametrize("most", [4, 7, 18])
def test_the_most_rows_are_drawn_from_what_is_left(most):
    snapshot = snapshot_of(rows(20), rows(4, "other"), LEAKED, max_train_rows=most)
    assert snapshot.rows["train"] == most
    assert snapshot.dropped["train"] == 2


def test_leaks_are_counted_over_the_whole_test_split():
    test = [*rows(10), *rows(10, "other")]
    limited = snapshot_of(rows(40), None, test, max_test_rows=4)
    assert limited.dropped == {"train": 10}
    assert limited.copies.leaked["exact"] == {"train": 10}
    assert limited.rows["test"] == 4


def test_a_test_split_that_is_cut_from_train_leaks_into_it_too():
    train = [*rows(30), *rows(30)]
    snapshot = snapshot_of(train, test_fraction=0.2)
    assert snapshot.rows["test"] == 12
    drawn = [set(snapshot.splits[split].texts) for split in ("train", "validation", "test")]
    assert not drawn[2] & (drawn[0] | drawn[1])
    assert sum(snapshot.rows.values()) + snapshot.dropped["train"] == 60
    assert snapshot.copies.repeated == {"train": 30}


def test_both_texts_of_a_repeated_pair_are_equal():
    train = [(f"a {n}", f"b {n}", n % 2) for n in range(20)]
    test = [("a 1", "b 1", 1), ("a 2", "b 3", 0), ("b 4", "a 4", 1), ("A 5", "b, 5", 0)]
    snapshot = snapshot_of(train, None, test)
    assert snapshot.dropped == {"train": 1}
    assert snapshot.copies.leaked == {"exact": {"train": 1}, "normalised": {"train": 2}}
    rows = snapshot.splits["test"]
    assert set(zip(rows.texts, rows.text_pairs, strict=True)) == {pair[:2] for pair in test}


def test_a_label_that_occurs_only_in_copies_is_refused():
    train = [*rows(20), ("the only one", "mixed")]
    test = [("the only one", "mixed"), ("another", "bad")]
    field, problem = problem_of(train, None, test)
    assert field == "drop_leaked"
    assert problem == "Without the 1 rows that also occur in test 1 of 3 labels have none."
    assert snapshot_of(train, None, test, drop_leaked=False).rows["train"] > 0


def test_a_split_of_nothing_but_copies_is_refused():
    found = problem_of(rows(20), None, rows(20))
    assert found == ("drop_leaked", "All 20 rows of train also occur in test.")
    found = problem_of(rows(20), rows(2, "other"), rows(4, "other"))
    assert found == ("drop_leaked", "All 2 rows of validation also occur in test.")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("It's GOOD.", "its good", True),
        ("a  b\n", "a b", True),
        ("\u201cSo\u201d \u2013 he said\u2026", "so he said", True),
        ("Stra\u00dfe", "STRASSE", True),
        ("a_b", "ab", True),
        (":)", ":(", False),
        (":) ", ":)", True),
        ("good", "bad", False),
        ("\U0001f600 fine", "\U0001f622 fine", False),
        ("\u0915\u093e", "\u0915\u0940", False),
    ],
)
def test_case_punctuation_and_the_width_of_white_space_are_dropped(first, second, same):
    assert (normalise(first) == normalise(second)) is same


def test_the_boundary_between_the_texts_of_a_pair_changes_the_hash():
    splits = {"train": memory_rows({"a": ["ab", "a", "ab"], "b": ["c", "bc", "c"]})}
    hashes = hash_texts(splits, ["a", "b"])["train"]
    assert count_repeats(hashes.exact) == 1
    assert hashes.exact.dtype == np.uint64
