"""No data file takes all memory, disk or time: what is too much is refused at once."""

import errno
import gzip
import io
import json
import os
import tarfile
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from source import data_streams, row_files, row_spool
from source.data_problems import DataError
from source.limits import MAX_FIELD_CHARACTERS, MAX_ROW_CHARACTERS
from storage import s3
from tests.support.preparing import read_source, write_text
from tests.support.read_files import refusal_of, rows_of

LONG = "a" * (MAX_FIELD_CHARACTERS + 1)


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.csv", f"text,label\nb,1\n{LONG},1\n", "a.csv, line 3: a value has more than"),
        ("a.jsonl", json.dumps({"text": LONG}), "a.jsonl, line 1: 'text' has 1,000,001"),
        ("a.json", json.dumps([{"text": LONG}]), "a.json, element 1: 'text' has 1,000,001"),
    ],
)
def test_a_field_that_is_too_long_is_refused_with_its_place_and_the_limit(
    tmp_path, name, content, place
):
    problem = refusal_of(tmp_path, name, content)
    assert place in problem.problem
    assert f"{MAX_FIELD_CHARACTERS:,}" in problem.problem


@pytest.mark.parametrize(
    ("name", "before", "place"),
    [
        ("a.csv", "text,label\n", "a.csv, line 2"),
        ("a.jsonl", '{"text":"', "a.jsonl, line 1"),
        ("a.json", '[{"text":"', "a.json, line 1"),
    ],
)
def test_a_row_that_is_too_long_is_not_read_to_its_end(tmp_path, name, before, place):
    problem = refusal_of(tmp_path, name, before + "a" * (MAX_ROW_CHARACTERS + (1 << 17)))
    assert place in problem.problem
    assert f"{MAX_ROW_CHARACTERS:,}" in problem.problem


def test_a_quote_that_is_never_closed_does_not_take_the_whole_file(tmp_path):
    problem = refusal_of(tmp_path, "a.csv", 'text,label\n"open,1\n' + "b,2\n" * 300_000)
    assert "more than 1,000,000 characters" in problem.problem
    assert "the row began in line 2" in problem.problem


def test_rows_of_different_members_take_memory_in_proportion_to_them(tmp_path, monkeypatch):
    monkeypatch.setattr(row_spool, "MOST_CELLS", 10_000)
    cells = []
    write = pq.write_table

    def watched(table, *arguments, **named):
        cells.append(table.num_rows * table.num_columns)
        write(table, *arguments, **named)

    monkeypatch.setattr(pq, "write_table", watched)
    lines = [json.dumps({"text": f"{n}", f"key {n}": n}) for n in range(1000)]
    rows = rows_of(tmp_path, "a.jsonl", "\n".join(lines))
    assert rows.values("text") == [str(number) for number in range(1000)]
    assert rows.values("key 999") == [None] * 999 + [999]
    assert len(rows.column_names) == 1001
    # A thousand rows of a thousand members would be a million.
    assert sum(cells) < 150_000


def test_rows_without_any_member_are_rows(tmp_path):
    rows = rows_of(tmp_path, "a.jsonl", '{}\n{}\n{"text": "a"}\n')
    assert rows.values("text") == [None, None, "a"]
    assert len(rows_of(tmp_path, "b.jsonl", '{"text": "a"}\n' + "{}\n" * 70_000)) == 70_001


def test_a_column_named_twice_among_many_is_found_in_linear_time(tmp_path):
    header = ",".join([*map(str, range(100_000)), "5"])
    assert "names the column '5' twice" in refusal_of(tmp_path, "a.csv", header).problem


def test_more_columns_than_are_read_are_refused_with_the_limit(tmp_path):
    header = ",".join(map(str, range(100_001)))
    problem = refusal_of(tmp_path, "a.csv", f"{header}\n")
    assert "names 100,001 columns; at most 100,000 are read" in problem.problem


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_a_compressed_file_that_unpacks_without_end_is_stopped(tmp_path, monkeypatch, name, suffix):
    monkeypatch.setattr(data_streams, "FREE_EXPANSION_BYTES", 1 << 20)
    line = '{"text": "a"}\n' if name == "a.jsonl" else "a,1\n"
    content = line.encode() * 300_000
    packed = gzip.compress(content) if suffix == ".gz" else bytes(pa.compress(content, "zstd"))
    problem = refusal_of(tmp_path, name + suffix, packed)
    assert f"{name}{suffix} has {len(packed):,} bytes and unpacks to more than" in problem.problem
    assert "over 200 times" in problem.problem


def archive(kind):
    content = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(content, "w") as file:
            file.writestr("a.csv", "text,label\n")
        return content.getvalue()
    with tarfile.open(fileobj=content, mode="w") as file:
        file.addfile(tarfile.TarInfo("a.csv"))
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (archive("zip"), "is a ZIP archive or an Excel file."),
        (b"version https://git-lfs.github.com/spec/v1\nsize 9\n", "is a pointer of Git LFS"),
        (b"<!DOCTYPE html>\n<p>404, not found</p>\n", "is a web page."),
        (archive("tar"), "is a TAR archive."),
        (gzip.compress(b"text,label\na,1\n"), "is compressed with gzip once more."),
        (b"PAR1abc", "is a Parquet file."),
    ],
    # Archives hold the time, so their bytes would name the test otherwise at each collection.
    ids=["zip", "lfs", "page", "tar", "gzip", "parquet"],
)
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl.gz"])
def test_a_file_of_another_kind_is_named(tmp_path, name, content, what):
    packed = gzip.compress(content) if name.endswith(".gz") else content
    problem = refusal_of(tmp_path, name, packed)
    assert f"{name} {what}" in problem.problem


def test_a_file_that_is_not_compressed_as_its_name_says_is_named(tmp_path):
    problem = refusal_of(tmp_path, "a.csv.gz", "text,label\na,1\n")
    assert "a.csv.gz is not compressed with gzip, as its name says." in problem.problem


def test_very_many_files_are_refused_with_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(s3, "MAX_OBJECTS", 3)
    for number in range(4):
        write_text(tmp_path / f"{number}.csv", "text,label\na,1\n")
    with pytest.raises(DataError, match="more than 3 files"):
        read_source(tmp_path, tmp_path)


def test_a_device_is_no_data_set(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="is neither a file nor a folder"):
        read_source(tmp_path, tmp_path / "pipe.csv")


@pytest.mark.parametrize("error", [TypeError, AttributeError, KeyError, RecursionError])
def test_an_error_of_a_library_is_not_shown_as_a_reason(tmp_path, monkeypatch, error, capsys):
    def broken(*arguments):
        raise error("'NoneType' object has no attribute 'x'")

    monkeypatch.setitem(row_files._READERS, ".csv", broken)
    problem = refusal_of(tmp_path, "a.csv", "text,label\na,1\n")
    assert "NoneType" not in problem.problem
    assert "its structure is none that the reader knows" in problem.problem
    # For whoever looks at the job's log.
    assert "NoneType" in capsys.readouterr().err


def test_a_full_disk_is_no_fault_of_the_file(tmp_path, monkeypatch):
    def full(*arguments, **named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    problem = refusal_of(tmp_path, "a.csv", "text,label\na,1\n")
    assert problem.problem == "The disk of the job that prepares the data is full."
    assert "processing_volume_gb" in problem.remedy
