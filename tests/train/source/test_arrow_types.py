"""Parquet files with any of Arrow's types for texts, numbers and lists."""

import sys
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from source import parquet_rows
from tests.support.preparing import read_source
from tests.support.read_files import refusal_of

DICTIONARY = pa.dictionary(pa.int8(), pa.string())
TEXTS = ["a", None, "b"]
LISTS = [["a"], [], None]


@pytest.mark.parametrize(
    ("kind", "values", "read"),
    [
        (pa.large_string(), TEXTS, TEXTS),
        (pa.string_view(), TEXTS, TEXTS),
        (DICTIONARY, TEXTS, TEXTS),
        (pa.large_list(pa.string()), LISTS, LISTS),
        (pa.list_view(pa.string_view()), LISTS, LISTS),
        (pa.list_(DICTIONARY), LISTS, LISTS),
        (pa.list_(pa.int8(), 2), [[0, 1], [1, 1], [1, 0]], [[0, 1], [1, 1], [1, 0]]),
        (pa.decimal128(5, 2), [Decimal("1.50"), None, Decimal("2.00")], [1.5, None, 2]),
        (pa.decimal256(40, 0), [Decimal(3), Decimal(1), Decimal(10**30)], [3, 1, 10**30]),
        (pa.uint64(), [1, 2, 2**63], [1, 2, 2**63]),
    ],
)
def test_a_column_of_any_type_is_read(tmp_path, kind, values, read):
    try:
        pq.write_table(pa.table({"label": pa.array(values, kind)}), tmp_path / "a.parquet")
    except pa.ArrowNotImplementedError:
        pytest.skip("this version of pyarrow cannot write such a column")
    rows = read_source(tmp_path, tmp_path / "a.parquet").splits["train"]
    assert rows.values("label") == read
    assert [type(value) for value in rows.values("label")] == [type(value) for value in read]
    assert rows.take(["label"], np.array([0, 2])) == [[read[0], read[2]]]


def test_a_description_by_another_version_of_datasets_is_passed_over_with_a_note(tmp_path):
    description = {b"huggingface": b'{"info": {"features": {"label": {"_type": "Newest"}}}}'}
    table = pa.table({"label": [0, 1]}).replace_schema_metadata(description)
    pq.write_table(table, tmp_path / "a.parquet")
    rows = read_source(tmp_path, tmp_path / "a.parquet").splits["train"]
    assert rows.values("label") == [0, 1]
    assert "a.parquet: its description by the datasets library was ignored" in rows.notes[0]


def test_a_value_that_is_too_long_is_refused_without_being_copied_for_each_row(tmp_path):
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), ["a" * 1_000_001])
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    problem = refusal_of(tmp_path, "a.parquet", (tmp_path / "a.parquet").read_bytes())
    assert "a value of 'text' has 1,000,001 characters; at most 1,000,000 are" in problem.problem


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
def test_rows_that_unpack_to_more_memory_than_there_is_are_refused(tmp_path, monkeypatch):
    def iter_batches(*arguments, **named):
        # As a dictionary's value that is copied for each row.
        yield pa.array([bytearray(1 << 28)])

    monkeypatch.setattr(parquet_rows, "MAX_BATCH_BYTES", 1 << 27)
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", iter_batches)
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "a.parquet")
    problem = refusal_of(tmp_path, "a.parquet", (tmp_path / "a.parquet").read_bytes())
    assert "a.parquet: 1,024 rows from 0 take more than" in problem.problem


def test_a_parquet_file_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_rows, "FREE_EXPANSION_BYTES", 1 << 20)
    texts = [f"{number:05}" + "a" * 10_000 for number in range(1000)]
    table = pa.table({"text": texts})
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, compression="zstd", use_dictionary=False, write_statistics=False)
    problem = refusal_of(tmp_path, "a.parquet", path.read_bytes())
    assert "at most 200 times a file's size are read" in problem.problem


def test_a_file_that_says_it_has_other_rows_than_it_has_is_refused(tmp_path, monkeypatch):
    pq.write_table(pa.table({"text": ["a", "b"]}), tmp_path / "a.parquet")
    monkeypatch.setattr(
        parquet_rows, "_scan_files", lambda *_: iter([pa.record_batch({"text": ["a"]})])
    )
    problem = refusal_of(tmp_path, "a.parquet", (tmp_path / "a.parquet").read_bytes())
    assert "it has 1 rows, but says that it has 2" in problem.problem
