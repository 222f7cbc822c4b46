"""Splits from files: every value as it was written, and a sentence for what cannot be read."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Dataset, Features, Value

from source.data_problems import DataError
from tests.support.preparing import read_source, write_csv, write_text


def columns_of(tmp_path, name, content):
    """The columns of a training file with this content."""
    rows = read_source(tmp_path, write_text(tmp_path / name, content)).splits["train"]
    return {column: rows.values(column) for column in rows.column_names}


def problem_of(tmp_path, name, content):
    with pytest.raises(DataError) as caught:
        columns_of(tmp_path, name, content)
    (problem,) = caught.value.problems
    assert problem.field == "dataset.train"
    assert problem.remedy
    return problem.problem


@pytest.mark.parametrize(
    "value", ["NA", "None", "null", "nan", "1", "01", "1.0", "1e5", "True", "2020-01-01", "", " a "]
)
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_no_value_is_converted_to_another_type(tmp_path, name, value):
    content = f'text,label\n"{value}","{value}"\n"{value}","{value}"\n'
    if name == "a.jsonl":
        content = 2 * (json.dumps({"text": value, "label": value}) + "\n")
    assert columns_of(tmp_path, name, content) == {"text": [value] * 2, "label": [value] * 2}


def test_a_column_may_look_like_numbers_for_thousands_of_rows(tmp_path):
    path = write_csv(tmp_path / "a.csv", [*[("a", "1")] * 20_000, ("b", "two")])
    labels = read_source(tmp_path, path).splits["train"].values("label")
    assert (labels[0], labels[-1], len(labels)) == ("1", "two", 20_001)


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        pytest.param("\ufefftext,label\na,1\n", ["a"], id="byte order mark"),
        pytest.param('text,label\n"a\nb",1\n"c\r\nd",1\n', ["a\nb", "c\r\nd"], id="newlines"),
        pytest.param('text,label\n"a, ""b""",1\n', ['a, "b"'], id="commas and quotes"),
        pytest.param('text,label\n5" wide,1\n', ['5" wide'], id="a quote inside"),
        pytest.param("text,label\r\na,1\r\nb,1\r\n", ["a", "b"], id="lines of Windows"),
        pytest.param("text,label\na,1\n\nb,1\n\n", ["a", "b"], id="blank lines"),
        pytest.param(f"text,label\n{'a' * 200_000},1\n", ["a" * 200_000], id="a long text"),
        pytest.param(
            "text,label\n\u00e4\u2028\U0001f600,1\n", ["\u00e4\u2028\U0001f600"], id="Unicode"
        ),
    ],
)
def test_csv_as_it_is_written_in_the_wild(tmp_path, content, texts):
    assert columns_of(tmp_path, "a.csv", content)["text"] == texts


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            "text,label\nb,1\ngood, film,1\n",
            "line 3 has 3 fields, but there are 2 columns",
            id="a field too many",
        ),
        pytest.param("text,label\ngood, film,1\nbad, film,0\n", "line 2 has 3", id="in every row"),
        pytest.param("text,label\na\n", "line 2 has 1 fields", id="a field too few"),
        pytest.param('text,label\n"a,1\nb,2\n', "unexpected end of data", id="an open quote"),
        pytest.param("text,label,label\na,1,2\n", "'label' twice", id="a column twice"),
        pytest.param("text,label\n\xff,1\n".encode("latin-1"), "utf-8", id="not UTF-8"),
        pytest.param("", "is empty", id="nothing"),
    ],
)
def test_csv_that_cannot_be_trusted_is_refused(tmp_path, content, message):
    assert message in problem_of(tmp_path, "a.csv", content)


def test_json_keeps_its_types_and_lacks_no_row(tmp_path):
    content = '{"text": "a", "label": 1}\n\n{"label": true, "text": 5}\n{"text": "b", "more": []}'
    assert columns_of(tmp_path, "a.jsonl", content) == {
        "text": ["a", 5, "b"],
        "label": [1, True, None],
        "more": [None, None, []],
    }


def test_json_may_be_one_array(tmp_path):
    rows = [{"text": "a", "label": "01"}, {"text": "b", "label": "1"}]
    columns = columns_of(tmp_path, "a.json", "\ufeff" + json.dumps(rows, indent=1))
    assert columns == {"text": ["a", "b"], "label": ["01", "1"]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"text": "a"}\nnot json\n', "a.jsonl, line 2: "),
        ('{"text": "a"}\n[1]\n', "line 2 is not a JSON object"),
        ('[{"text": "a"}, 5]', "element 2 is not a JSON object"),
        ('{"text": "\\uD83D"}\n', "line 1 has half of a surrogate pair"),
        ('{"text": "' + "[" * 100_000, "a.jsonl"),
        ("\n\n", "has no rows"),
        ("[]", "has no rows"),
    ],
)
def test_json_that_is_no_table_is_refused(tmp_path, content, message):
    assert message in problem_of(tmp_path, "a.jsonl", content)


def test_a_surrogate_pair_is_a_character(tmp_path):
    assert columns_of(tmp_path, "a.jsonl", r'{"text": "\ud83d\ude00"}') == {"text": ["\U0001f600"]}


def test_parquet_keeps_names_of_classes_and_plain_types(tmp_path):
    features = Features({"text": Value("string"), "label": ClassLabel(names=["neg", "pos"])})
    rows = {"text": ["a", "b"], "label": [1, 0]}
    Dataset.from_dict(rows, features=features).to_parquet(tmp_path / "train.parquet")
    table = pa.table({"text": pa.array(["a"]).dictionary_encode(), "label": pa.array(["x"])})
    pq.write_table(table, tmp_path / "test.parquet")
    source = read_source(tmp_path, tmp_path / "train.parquet", test=tmp_path / "test.parquet")
    train, test = source.splits["train"], source.splits["test"]
    assert train.class_names == {"label": ["neg", "pos"]}
    assert train.values("label") == [1, 0]
    assert (test.class_names, test.values("text"), len(test)) == ({}, ["a"], 1)


def test_a_file_that_is_not_parquet_is_refused(tmp_path):
    assert "cannot be read" in problem_of(tmp_path, "a.parquet", "text,label\n")


def test_a_folder_is_read_in_the_order_of_names_without_what_engines_leave_in_it(tmp_path):
    folder = tmp_path / "rows"
    write_csv(folder / "part-1.csv", [("b", "1")])
    write_csv(folder / "part-0.csv", [("0", "a")], header=("label", "text"))
    for name in ("_SUCCESS", ".part-0.csv.crc", "part-2.csv"):
        (folder / name).touch()
    train = read_source(tmp_path, folder).splits["train"]
    assert train.values("text") == ["a", "b"]
    assert train.values("label") == ["0", "1"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.csv": "text,label\na,1\n", "b.jsonl": "{}"}, "not all of one readable kind"),
        ({"a.txt": "text"}, "not all of one readable kind: 'a.txt'"),
        ({"a.csv": "text,label\na,1\n", "b.csv": "text,y\na,1\n"}, "b.csv, line 1 names other"),
    ],
)
def test_a_folder_of_different_things_is_refused(tmp_path, files, message):
    folder = tmp_path / "rows"
    folder.mkdir()
    for name, content in files.items():
        write_text(folder / name, content)
    with pytest.raises(DataError, match=message):
        read_source(tmp_path, folder)


def test_the_problems_of_all_splits_are_reported_together(tmp_path):
    paths = [write_text(tmp_path / f"{split}.csv", "") for split in ("train", "test")]
    with pytest.raises(DataError) as caught:
        read_source(tmp_path, paths[0], test=paths[1])
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["dataset.train", "dataset.test"]
