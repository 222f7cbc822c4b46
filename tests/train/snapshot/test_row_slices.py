"""Which test rows are in which slice: by text length, by label, and by columns of the request."""

import base64
import datetime

import numpy as np
import pytest

from bakeoff import layout
from bakeoff.prepared.row_slices import RowSlices
from documents.json_documents import json_value
from labelling.labels import Labels
from snapshot.dataset_snapshot import take_snapshot
from snapshot.row_slices import MAX_VALUES, read_row_slices, row_slices, write_row_slices
from snapshot.slice_values import MAX_CHARACTERS
from source.data_problems import DataError
from source.source_splits import Source
from tests.support.memory_rows import memory_rows
from tests.support.preparing import requested, resolved, run_prepare, write_csv

HOSTILE = ['<script>alert(1)</script>"', "=1+1", "a\x00b\u202e", "\ud800", "x" * 10_000]


def rows_with(num_rows, **columns):
    """Test rows beside enough train rows; `columns` are of the test rows."""
    texts = [f"text {number}" for number in range(num_rows)]
    labels = [("no", "yes")[number % 2] for number in range(num_rows)]
    test = {"text": texts, "label": labels} | columns
    train = {"text": [f"other {n}" for n in range(40)], "label": ["no", "yes"] * 20}
    return {"train": memory_rows(train), "test": memory_rows(test)}


def snapshot_of(splits, **fields):
    source = Source("films", None, splits, frozenset())
    return take_snapshot(source, requested("./films.csv", **fields))


def groupings_of(snapshot):
    """By name: the slices in their order, each with the sorted texts of its rows."""
    test = snapshot.splits["test"]
    return {
        each.column or each.by: {
            (one.kind, one.name): sorted(
                text for text, is_in in zip(test.texts, bits(one, len(test)), strict=True) if is_in
            )
            for one in each.slices
        }
        for each in snapshot.slices.groupings
    }


def bits(part, num_rows):
    packed = np.frombuffer(base64.b64decode(part.rows), np.uint8)
    return np.unpackbits(packed, count=num_rows).astype(bool)


def column_of(values, **fields):
    """The slices of a column: kind, name and the number of rows."""
    snapshot = snapshot_of(rows_with(len(values), column=values), slices=["column"], **fields)
    found = groupings_of(snapshot)["column"]
    return {key: len(texts) for key, texts in found.items()}


def test_rows_are_sliced_by_text_length_and_label_in_any_case():
    found = groupings_of(snapshot_of(rows_with(12)))

    assert list(found) == ["text_length", "label"]
    assert set(found["label"]) == {("value", "no"), ("value", "yes")}
    assert found["text_length"][("range", "6")] == [f"text {number}" for number in range(10)]
    assert found["text_length"][("range", "7")] == ["text 10", "text 11"]


def test_a_column_s_values_are_slices_the_most_frequent_first():
    values = ["de", "fr", "fr", "fr", "de", "it"]

    snapshot = snapshot_of(rows_with(6, country=values), slices=["country"])

    assert groupings_of(snapshot)["country"] == {
        ("value", "fr"): ["text 1", "text 2", "text 3"],
        ("value", "de"): ["text 0", "text 4"],
        ("value", "it"): ["text 5"],
    }


def test_of_many_values_the_most_frequent_ones_are_kept():
    values = [f"v{number:02}" for number in range(20)] + ["often"] * 5

    found = column_of(values)

    assert len(found) == MAX_VALUES + 1
    assert found["value", "often"] == 5
    assert found["other", ""] == 11


@pytest.mark.parametrize("missing", [None, "", "  \t", float("nan")])
def test_missing_values_are_a_slice_of_their_own(missing):
    assert column_of(["a", "missing", missing, "a"]) == {
        ("value", "a"): 2,
        ("value", "missing"): 1,
        ("missing", ""): 1,
    }


def test_a_column_may_have_no_value_at_all():
    assert column_of([None, None]) == {("missing", ""): 2}


@pytest.mark.parametrize("form", [int, float, str, "{:.1f}".format])
def test_many_numbers_are_divided_into_ranges_of_equally_many_rows(form):
    values = [form(number) for number in range(1, 101)]

    assert column_of([*values, None]) == {
        ("range", "1 to 25"): 25,
        ("range", "26 to 50"): 25,
        ("range", "51 to 75"): 25,
        ("range", "76 to 100"): 25,
        ("missing", ""): 1,
    }


def test_equal_numbers_are_in_one_range():
    found = column_of([0.0] * 70 + [float(number) for number in range(1, 31)])

    assert found == {("range", "0"): 70, ("range", "1 to 5"): 5, ("range", "6 to 30"): 25}


def test_ranges_have_as_many_digits_as_tell_them_apart():
    found = column_of([1 + number / 1e9 for number in range(100)])

    assert [name for _, name in found][:2] == ["1 to 1.00000002", "1.00000003 to 1.00000005"]


def test_whole_numbers_are_shown_with_all_digits():
    found = column_of([20_000_000 + number for number in range(100)])

    assert ("range", "20000000 to 20000024") in found


def test_numbers_of_any_size_are_ordered():
    found = column_of([10**400, float("inf"), *range(12)])

    assert [kind for kind, _ in found] == ["range"] * 4
    assert ("range", "10 to inf") in found


def test_a_few_numbers_are_values():
    assert column_of([1, 2, 2, 3]) == {("value", "2"): 2, ("value", "1"): 1, ("value", "3"): 1}
    assert column_of(["1", "1.0"]) == {("value", "1"): 1, ("value", "1.0"): 1}


def test_long_whole_numbers_that_differ_in_the_last_digit_stay_different():
    found = column_of([4111111111111111, 4111111111111112, 12345678901234567, 12345678901234568])
    assert [name for _, name in found] == [
        "12345678901234567",
        "12345678901234568",
        "4111111111111111",
        "4111111111111112",
    ]


def test_digits_with_a_leading_zero_are_names():
    found = column_of([f"{number:05}" for number in range(30)])

    assert {kind for kind, _ in found} == {"value", "other"}


def test_other_types_are_shown_as_they_are_written():
    day = datetime.date(2026, 11, 30)

    assert column_of([True, False, True, ["a", 1], day]) == {
        ("value", "true"): 2,
        ("value", "2026-11-30"): 1,
        ("value", '["a", 1]'): 1,
        ("value", "false"): 1,
    }


def test_names_of_classes_take_the_place_of_their_numbers():
    splits = rows_with(4, country=[0, 1, 1, -1])
    splits["test"].class_names["country"] = ["de", "fr"]

    snapshot = snapshot_of(splits, slices=["country"])

    found = groupings_of(snapshot)["country"]
    assert {key: len(texts) for key, texts in found.items()} == {
        ("value", "fr"): 2,
        ("value", "de"): 1,
        ("missing", ""): 1,
    }


def test_long_values_are_shortened_and_stay_different():
    found = column_of(["x" * 5000 + "1", "x" * 5000 + "2"])

    assert list(found.values()) == [1, 1]
    assert all(len(name) <= MAX_CHARACTERS for _, name in found)


def test_hostile_values_can_be_written_and_read_by_the_service(tmp_path):
    snapshot = snapshot_of(rows_with(5, column=HOSTILE), slices=["column"])

    write_row_slices(snapshot.slices, tmp_path)

    assert read_row_slices(tmp_path) == snapshot.slices
    read = RowSlices.from_object(json_value(snapshot.slices))
    assert {one.name for one in read.groupings[-1].slices} >= set(HOSTILE[:3])


def test_a_row_of_several_labels_is_in_several_slices():
    labels = Labels("multilabel", "", ["a", "b", "c"], None, [])
    found = row_slices(np.arange(3), np.ones(3, int), labels, [[0, 1], [1], []], {})

    by_label = found.groupings[1]
    rows = {one.name or one.kind: bits(one, 3).tolist() for one in by_label.slices}
    assert rows == {
        "b": [True, True, False],
        "a": [True, False, False],
        "missing": [False, False, True],
    }


def test_a_regression_s_rows_are_sliced_by_ranges_of_the_target():
    labels = Labels("regression", "", [], None, [])
    found = row_slices(np.arange(8), np.ones(8, int), labels, np.arange(8) / 2, {})

    assert [each.by for each in found.groupings] == ["text_length", "target"]
    assert [one.name for one in found.groupings[1].slices] == [
        "0 to 0.5",
        "1 to 1.5",
        "2 to 2.5",
        "3 to 3.5",
    ]


def test_the_length_of_a_pair_is_that_of_both_texts():
    splits = {
        split: memory_rows(
            {"a": [f"{split} {n}" for n in range(20)], "b": ["x"] * 20, "label": ["no", "yes"] * 10}
        )
        for split in ("train", "test")
    }

    snapshot = snapshot_of(splits, text=["a", "b"], drop_leaked=False)

    assert list(groupings_of(snapshot)["text_length"]) == [("range", "7"), ("range", "8")]


def test_the_column_is_taken_from_the_split_that_test_is_cut_from():
    rows = memory_rows(
        {
            "text": [f"text {n}" for n in range(50)],
            "label": ["no", "yes"] * 25,
            "half": ["first"] * 25 + ["second"] * 25,
        }
    )

    snapshot = snapshot_of({"train": rows}, slices=["half"])

    ids = dict(zip(snapshot.splits["test"].texts, snapshot.splits["test"].ids, strict=True))
    for (_, name), texts in groupings_of(snapshot)["half"].items():
        assert {ids[text] < 25 for text in texts} == {name == "first"}


@pytest.mark.parametrize(
    ("slices", "problem"),
    [
        (["contry"], "The test split has no column 'contry'."),
        (["text"], "The column 'text' is the text."),
        (["label"], "The column 'label' is the label."),
    ],
)
def test_columns_that_cannot_slice_are_refused(slices, problem):
    with pytest.raises(DataError) as caught:
        snapshot_of(rows_with(6, country=["de"] * 6), slices=slices)

    (found,) = caught.value.problems
    assert (found.field, found.problem) == ("slices", problem)
    assert found.remedy


def test_a_column_that_only_train_has_is_refused_with_the_other_problems():
    splits = rows_with(6)
    splits["train"] = memory_rows({"text": ["a", "b"], "label": ["no", "yes"], "country": ["", ""]})

    with pytest.raises(DataError) as caught:
        snapshot_of(splits, slices=["country"], text="body")

    assert [each.field for each in caught.value.problems] == ["text", "slices"]


def test_they_are_where_the_service_looks_for_them_and_other_columns_make_others(tmp_path):
    rows = [(f"film {n}", ("bad", "good")[n % 2], ("de", "fr")[n % 3 > 0]) for n in range(60)]
    train = write_csv(tmp_path / "train.csv", rows, ("text", "label", "country"))
    prefixes = []
    for run, slices in (("plain", []), ("sliced", ["country"]), ("again", ["country"])):
        request = resolved(train, slices=slices)
        prepared = run_prepare(tmp_path / run, request, store=tmp_path / "store")
        prefixes.append(prepared.manifest["dataset"]["prefix"])
        found = read_row_slices((prepared.store / layout.row_slices_key(prefixes[-1])).parent)
        assert [each.column for each in found.groupings[2:]] == slices
    assert prefixes[0] != prefixes[1] == prefixes[2]
