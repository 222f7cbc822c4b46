"""The same rows from any format, for any task, and no more of them in memory than it takes."""

import gzip
import itertools
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Dataset, Features, List, Value

from snapshot.dataset_snapshot import fingerprint_of, read_snapshot, take_snapshot, write_snapshot
from source import parquet_rows, row_spool
from source.data_problems import DataError
from source.pinned_source import pin_source
from source.source_splits import Source
from storage.hub import Hub
from tests.support.bucket import BUCKET, bucket
from tests.support.preparing import read_source, requested, write_csv, write_text

__all__ = ["bucket"]
FORMATS = ("csv", "tsv", "jsonl", "json", "parquet")
COMPRESSIONS = ("", ".gz", ".zst")


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue())


def write_rows(path, columns):
    """`columns` as the suffixes of `path` say; lists have "|" between them in CSV."""
    kind, compression = path.name.split(".", 1)[1].partition(".")[::2]
    rows = list(zip(*columns.values(), strict=True))
    plain = path.parent / f"plain.{kind}"
    if kind == "parquet":
        pq.write_table(pa.table(columns), plain)
    elif kind in ("csv", "tsv"):
        delimiter = "," if kind == "csv" else "\t"
        lines = [list(columns), *([_cell(value) for value in row] for row in rows)]
        quoted = ['"' + cell.replace('"', '""') + '"' for cell in itertools.chain(*lines)]
        width = len(columns)
        cells = [quoted[start : start + width] for start in range(0, len(quoted), width)]
        plain.write_text("\n".join(map(delimiter.join, cells)), encoding="utf-8")
    else:
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        lines = map(json.dumps, objects) if kind == "jsonl" else [json.dumps(objects)]
        plain.write_text("\n".join(lines), encoding="utf-8")
    compress = {"": bytes, "gz": gzip.compress, "zst": zstd}[compression]
    path.write_bytes(compress(plain.read_bytes()))
    plain.unlink()
    return path


def _cell(value):
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)


TEXTS = [f'film {number},\n"so to say"; or\tä not' for number in range(60)]
TASKS = {
    "binary": {"text": TEXTS, "label": ["bad", "good"] * 30},
    "multiclass": {"text": TEXTS, "label": [0, 1, 2] * 20},
    "multilabel": {"text": TEXTS, "labels": [["b"], ["a", "b"], []] * 20},
    "regression": {
        "sentence1": TEXTS,
        "sentence2": TEXTS[::-1],
        "score": [number / 4 for number in range(60)],
    },
}


def snapshot_of(tmp_path, path, **fields):
    return take_snapshot(read_source(tmp_path, path), requested(path, **fields))


@pytest.mark.parametrize("task", TASKS)
def test_rows_of_any_format_give_one_snapshot(tmp_path, task):
    fingerprints = set()
    for kind, compression in itertools.product(FORMATS, COMPRESSIONS):
        path = write_rows(tmp_path / f"rows.{kind}{compression}", TASKS[task])
        fields = {"label_delimiter": "|"} if (task, kind[1:]) == ("multilabel", "sv") else {}
        snapshot = snapshot_of(tmp_path, path, **fields)
        assert snapshot.labels.task == task
        fingerprints.add(snapshot.fingerprint)
    assert len(fingerprints) == 1


@pytest.mark.parametrize(
    ("task", "label"),
    [
        ("binary", pa.int64()),
        ("multiclass", pa.int64()),
        ("multilabel", pa.list_(pa.int32())),
        ("regression", pa.float64()),
    ],
)
def test_a_snapshot_of_any_task_can_be_read_as_it_was_written(tmp_path, task, label):
    snapshot = snapshot_of(tmp_path, write_rows(tmp_path / "rows.jsonl", TASKS[task]))
    write_snapshot(snapshot, tmp_path / "snapshot")
    texts = ["text", "text_pair"] if task == "regression" else ["text"]
    types = {"id": pa.int64(), **dict.fromkeys(texts, pa.string()), "label": label}
    for split in snapshot.splits:
        schema = pq.read_schema(tmp_path / "snapshot" / f"{split}.parquet")
        assert {field.name: field.type for field in schema} == types
    again = read_snapshot(tmp_path / "snapshot")
    assert again.labels == snapshot.labels
    assert again.copies == snapshot.copies
    assert (again.text_columns, again.label_columns) == (
        snapshot.text_columns,
        snapshot.label_columns,
    )
    assert again.fingerprint == fingerprint_of(again.labels, again.splits) == snapshot.fingerprint


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    lines = [["text", "label"], ['"a, b; c| d\te"', "1"], ["b", "2"]]
    path = write_text(tmp_path / "a.csv", "\n".join(map(delimiter.join, lines)))
    rows = read_source(tmp_path, path).splits["train"]
    assert rows.values("text") == ["a, b; c| d\te", "b"]
    assert rows.values("label") == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        pytest.param("a,b;c\n1;2\n3,5;4\n", ["a,b", "c"], id="commas in the header too"),
        pytest.param("text\na\nb; c\n", ["text"], id="one column"),
        pytest.param('"te;xt",label\na,1\n', ["te;xt", "label"], id="a quoted one"),
    ],
)
def test_the_delimiter_is_the_one_by_which_rows_fit_the_header(tmp_path, content, columns):
    path = write_text(tmp_path / "a.csv", content)
    assert read_source(tmp_path, path).splits["train"].column_names == columns


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstd])
def test_the_byte_order_mark_determines_the_encoding(tmp_path, encoding, compress):
    suffix = {bytes: "", gzip.compress: ".gz", zstd: ".zst"}[compress]
    for name, content in (("a.csv", "text,label\nä,1\n"), ("b.jsonl", '{"text":"ä","label":"1"}')):
        path = write_text(tmp_path / (name + suffix), compress(content.encode(encoding)))
        rows = read_source(tmp_path, path).splits["train"]
        assert (rows.column_names, rows.values("text")) == (["text", "label"], ["ä"])


def test_several_streams_in_one_gzip_file_are_all_read(tmp_path):
    parts = [gzip.compress(part.encode()) for part in ("text,label\na,1\n", "b,2\n")]
    path = write_text(tmp_path / "a.csv.gz", b"".join(parts))
    assert read_source(tmp_path, path).splits["train"].values("text") == ["a", "b"]


@pytest.mark.parametrize("name", ["a.csv.gz", "a.jsonl.zst", "a.parquet.gz"])
@pytest.mark.parametrize("damage", ["cut", "not compressed"])
def test_a_damaged_stream_is_refused(tmp_path, name, damage):
    good = write_rows(tmp_path / name, TASKS["binary"]).read_bytes()
    content = good[: len(good) // 2] if damage == "cut" else b"text,label\na,1\n"
    with pytest.raises(DataError, match="cannot be read") as caught:
        read_source(tmp_path, write_text(tmp_path / name, content))
    assert caught.value.problems[0].field == "dataset.train"


def test_damage_within_a_parquet_file_is_reported_when_it_is_reached(tmp_path):
    chance = np.random.default_rng(0)
    texts = [chance.bytes(50).hex() for _ in range(2000)]
    path = write_rows(tmp_path / "rows.parquet", {"text": texts, "label": [0, 1] * 1000})
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    path.write_bytes(content)
    with pytest.raises(DataError, match="cannot be read") as caught:
        snapshot_of(tmp_path, path)
    assert [problem.field for problem in caught.value.problems] == ["dataset.train"]


def test_texts_of_a_parquet_file_that_are_not_utf_8_are_refused(tmp_path):
    texts = pa.array([b"a\xff"] * 20).view(pa.string())
    pq.write_table(pa.table({"text": texts, "label": [0, 1] * 10}), tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"cannot be read: .*UTF8"):
        snapshot_of(tmp_path, tmp_path / "a.parquet")


def test_two_columns_of_one_name_are_refused(tmp_path):
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(DataError, match="two columns of one name"):
        read_source(tmp_path, tmp_path / "a.parquet")


def test_the_compression_of_nothing_is_empty(tmp_path):
    path = write_text(tmp_path / "a.csv.gz", gzip.compress(b""))
    with pytest.raises(DataError, match="is empty"):
        read_source(tmp_path, path)


@pytest.mark.parametrize("kind", FORMATS)
def test_files_of_a_folder_are_one_split_plain_and_compressed(tmp_path, kind):
    folder = tmp_path / "rows"
    folder.mkdir()
    write_rows(folder / f"0.{kind}", {"text": ["a", "b"], "label": ["x", "y"]})
    write_rows(folder / f"1.{kind}.gz", {"label": ["x"], "text": ["c"]})
    rows = read_source(tmp_path, folder).splits["train"]
    assert rows.values("text") == ["a", "b", "c"]
    assert rows.take(["label", "text"], np.array([1, 2])) == [["y", "x"], ["b", "c"]]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_column_that_a_file_lacks_has_none_there(tmp_path, kind):
    folder = tmp_path / "rows"
    folder.mkdir()
    write_rows(folder / f"0.{kind}", {"text": ["a", "b"]})
    write_rows(folder / f"1.{kind}", {"text": ["c"], "label": [5]})
    rows = read_source(tmp_path, folder).splits["train"]
    assert rows.column_names == ["text", "label"]
    assert rows.values("label") == [None, None, 5]


def test_rows_that_are_spooled_in_parts_stay_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(row_spool, "MOST_ROWS", 3)
    lines = [{"text": str(n)} if n < 5 else {"label": n, "text": str(n)} for n in range(10)]
    path = write_text(tmp_path / "a.jsonl", "\n".join(map(json.dumps, lines)))
    rows = read_source(tmp_path, path).splits["train"]
    assert rows.values("text") == [str(number) for number in range(10)]
    assert rows.values("label") == [None] * 5 + [5, 6, 7, 8, 9]
    assert len(rows) == 10
    assert rows.take(["text"], np.array([0, 4, 9])) == [["0", "4", "9"]]


def test_long_texts_fill_a_part_before_many_rows_do(tmp_path, monkeypatch):
    monkeypatch.setattr(row_spool, "MOST_CHARACTERS", 100)
    spool = row_spool.Spool(tmp_path)
    for _ in range(4):
        spool.append({"text": "a" * 60}, 60)
    assert [pq.read_metadata(path).num_rows for path in spool.close()] == [2, 2]


FEATURES = Features({"text": Value("string"), "labels": List(ClassLabel(names=["z", "a"]))})


@pytest.mark.parametrize("place", ["file", "hub"])
def test_names_of_labels_in_lists_are_those_of_the_data_set(tmp_path, place):
    num_rows = parquet_rows.BATCH_ROWS + 10
    columns = {
        "text": [f"a {n}" for n in range(num_rows)],
        "labels": [[n % 2] for n in range(num_rows)],
    }
    dataset = Dataset.from_dict(columns, features=FEATURES)
    if place == "hub":
        rows = parquet_rows.hub_rows(dataset)
    else:
        dataset.to_parquet(tmp_path / "a.parquet")
        rows = read_source(tmp_path, tmp_path / "a.parquet").splits["train"]
    assert rows.class_names == {"labels": ["z", "a"]}
    assert rows.values("labels") == columns["labels"]
    chosen = np.array([3, num_rows - 1])
    assert rows.take(["text"], chosen) == [["a 3", f"a {num_rows - 1}"]]
    snapshot = take_snapshot(Source("a", None, {"train": rows}, frozenset()), requested("./a.csv"))
    assert (snapshot.labels.task, snapshot.labels.names) == ("multilabel", ["z", "a"])


def test_files_that_name_classes_differently_are_refused(tmp_path):
    folder = tmp_path / "rows"
    folder.mkdir()
    for number, names in enumerate((["a", "b"], ["b", "a"])):
        features = Features({"text": Value("string"), "label": ClassLabel(names=names)})
        rows = Dataset.from_dict({"text": ["x", "y"], "label": [0, 1]}, features=features)
        rows.to_parquet(folder / f"{number}.parquet")
    with pytest.raises(DataError, match="names other classes of 'label'"):
        read_source(tmp_path, folder)


def test_texts_are_read_in_batches_and_labels_without_the_texts(tmp_path, monkeypatch):
    num_rows = 20 * parquet_rows.BATCH_ROWS
    texts = [f"text {number}" for number in range(num_rows)]
    path = write_rows(tmp_path / "rows.parquet", {"text": texts, "label": [0, 1] * (num_rows // 2)})
    read = []
    scan = parquet_rows._scan_files

    def watched(paths, columns):
        for batch in scan(paths, columns):
            read.append((tuple(columns), len(batch)))
            yield batch

    monkeypatch.setattr(parquet_rows, "_scan_files", watched)
    snapshot = snapshot_of(tmp_path, path, max_train_rows=50, max_test_rows=50)
    assert snapshot.rows == {"train": 50, "validation": 6, "test": 50}
    assert max(size for _, size in read) <= parquet_rows.BATCH_ROWS
    # The labels once; the texts once for what is wrong with them, once for those that are drawn.
    assert read.count((("label",), parquet_rows.BATCH_ROWS)) == 20
    assert 20 < read.count((("text",), parquet_rows.BATCH_ROWS)) <= 40
    assert {columns for columns, _ in read} == {("label",), ("text",)}


def test_one_row_group_of_many_texts_does_not_take_their_size_in_memory(tmp_path):
    """Arrow's own memory, which is where a reader that does not stream would hold the column."""
    num_rows, size = 30_000, 2_000
    chance = np.random.default_rng(0)
    texts = [chance.bytes(size // 2).hex() for _ in range(num_rows)]
    path = tmp_path / "rows.parquet"
    labels = [0, 1] * (num_rows // 2)
    pq.write_table(pa.table({"text": texts, "label": labels}), path, row_group_size=num_rows)
    del texts
    pool = pa.default_memory_pool()
    before, most = pool.bytes_allocated(), 0
    rows = read_source(tmp_path, path).splits["train"]
    for _ in rows.scan(["text"]):
        most = max(most, pool.bytes_allocated() - before)
    assert most < num_rows * size / 4


def identity_of(request, tmp_path):
    return pin_source(request, Hub(None), tmp_path / "cache").identity


def test_a_file_s_identity_is_its_content(tmp_path):
    path = write_csv(tmp_path / "a.csv", [("a", "1"), ("b", "2")])
    request = requested(path).dataset
    first = identity_of(request, tmp_path)
    assert first == identity_of(request, tmp_path)
    write_csv(path, [("a", "1"), ("b", "3")])
    assert identity_of(request, tmp_path) != first


def test_how_the_request_has_a_file_read_is_part_of_its_identity(tmp_path):
    path = write_csv(tmp_path / "a.csv", [("a", "1"), ("b", "2")])
    forms = ({}, {"encoding": "cp1252"}, {"quotes": False}, {"quotes": True})
    identities = [identity_of(requested(path, **form).dataset, tmp_path) for form in forms]
    assert len({tuple(identity) for identity in identities}) == 4


def test_an_object_s_identity_is_its_etag(tmp_path, bucket):
    uri = "s3://films/rows/"
    for name in ("0.csv", "1.csv"):
        bucket.put_object(Bucket=BUCKET, Key=f"rows/{name}", Body=b"text,label\na,1\n")
    request = requested(uri, test="s3://films/rows/0.csv").dataset
    first = identity_of(request, tmp_path)
    assert [text.split()[:2] for text in first] == [
        ["train", "s3://films/rows/0.csv"],
        ["train", "s3://films/rows/1.csv"],
        ["test", "s3://films/rows/0.csv"],
    ]
    bucket.put_object(Bucket=BUCKET, Key="rows/1.csv", Body=b"text,label\nb,1\n")
    second = identity_of(request, tmp_path)
    assert [a == b for a, b in zip(first, second, strict=True)] == [True, False, True]


def test_every_split_that_does_not_exist_is_a_problem(tmp_path, bucket):
    request = requested(tmp_path / "no.csv", test="s3://films/no.csv").dataset
    with pytest.raises(DataError) as caught:
        identity_of(request, tmp_path)
    assert [problem.field for problem in caught.value.problems] == ["dataset.train", "dataset.test"]


def test_an_object_that_is_replaced_while_it_is_read_is_a_problem(tmp_path, bucket):
    for name in ("train.csv", "test.csv"):
        bucket.put_object(Bucket=BUCKET, Key=name, Body=b"text,label\na,1\n")
    request = requested("s3://films/train.csv", test="s3://films/test.csv").dataset
    pinned = pin_source(request, Hub(None), tmp_path / "cache")
    bucket.put_object(Bucket=BUCKET, Key="test.csv", Body=b"text,label\nb,1\n")
    pinned.read()
    with pytest.raises(DataError) as caught:
        pinned.check_unchanged()
    (problem,) = caught.value.problems
    assert problem.field == "dataset.test"
    assert problem.problem == "s3://films/test.csv changed while it was read."
