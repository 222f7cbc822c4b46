"""Data frames and data sets as files."""

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Split, Value

from bakeoff.api.data_files import written
from bakeoff.errors import RequestError


def read(paths, split="train"):
    return pq.read_table(paths[split])


def frame(**columns):
    return pd.DataFrame({"text": ["a", "b"], "label": ["x", "y"], **columns})


def test_a_frame_is_the_training_rows(tmp_path):
    paths = written(frame(), None, tmp_path)

    assert list(paths) == ["train"]
    assert read(paths).to_pydict() == {"text": ["a", "b"], "label": ["x", "y"]}


def test_each_split_of_a_mapping_is_a_file(tmp_path):
    paths = written({"train": frame(), "test": frame()[:1]}, None, tmp_path)

    assert read(paths, "test").num_rows == 1


def test_equal_rows_give_equal_bytes(tmp_path):
    (tmp_path / "other").mkdir()
    first = written(frame(), None, tmp_path)["train"]
    second = written(frame().iloc[::-1].iloc[::-1], None, tmp_path / "other")["train"]

    assert Path(first).read_bytes() == Path(second).read_bytes()


def test_only_the_columns_that_the_request_names_are_written(tmp_path):
    assert read(written(frame(note=[1, 2]), ["text", "label"], tmp_path)).column_names == [
        "text",
        "label",
    ]


def test_only_the_split_of_the_test_rows_must_have_the_columns_of_slices(tmp_path):
    train, test = frame(), frame(country=["de", "fr"], note=[1, 2])
    named = ["text", "label"]

    paths = written({"train": train, "test": test}, named, tmp_path, ["country"])

    assert read(paths).column_names == named
    assert read(paths, "test").column_names == [*named, "country"]
    # Where test is cut from train, it is train that needs them.
    assert read(written(test, named, tmp_path, ["country"])).column_names[2:] == ["country"]
    for columns in (named, None):
        for rows, split in (({"train": test, "test": train}, "test"), (train, "train")):
            with pytest.raises(RequestError) as caught:
                written(rows, columns, tmp_path, ["country"])
            (problem,) = caught.value.problems
            assert problem.field == f"dataset.{split}"
            assert problem.problem == 'has no column "country".'


def test_missing_values_stay_missing(tmp_path):
    rows = frame(score=[0.5, None])
    rows.loc[1, "text"] = None

    table = read(written(rows, None, tmp_path)).to_pydict()

    assert table["text"] == ["a", None]
    assert table["score"] == [0.5, None]


def test_a_category_is_written_as_its_value(tmp_path):
    rows = frame().astype({"label": "category"})

    table = read(written(rows, None, tmp_path))

    assert table.column("label").to_pylist() == ["x", "y"]
    assert "string" in str(table.schema.field("label").type)


@pytest.mark.parametrize("kind", [pa.string_view(), pa.large_string(), pa.string()])
def test_texts_of_any_of_arrow_s_types_are_written(tmp_path, kind):
    rows = frame().astype({"text": pd.ArrowDtype(kind)})

    assert read(written(rows, None, tmp_path)).column("text").to_pylist() == ["a", "b"]


def test_one_number_among_texts_is_refused_with_its_place(tmp_path):
    rows = pd.DataFrame({"text": ["a", None, "b", 5], "label": ["x"] * 4})

    with pytest.raises(RequestError) as caught:
        written(rows, None, tmp_path)

    (problem,) = caught.value.problems
    assert "values of type str, but 1 others, first 5 at index 3" in problem.problem


def test_lists_of_labels_are_lists(tmp_path):
    rows = frame(label=[["x"], ["x", "y"]])

    assert read(written(rows, None, tmp_path)).column("label").to_pylist() == [["x"], ["x", "y"]]


def test_a_named_index_is_a_column(tmp_path):
    rows = frame().set_index("text")

    assert read(written(rows, None, tmp_path)).to_pydict()["text"] == ["a", "b"]


def test_row_numbers_are_not_a_column_whatever_their_order(tmp_path):
    table = read(written(frame().iloc[::-1], None, tmp_path))

    assert table.to_pydict() == {"text": ["b", "a"], "label": ["y", "x"]}


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (frame().set_axis(["p", "q"]), "has an index that may hold data and has no name"),
        (frame().set_index("text", drop=False), "that cannot be columns"),
        (frame()[:0], "has no rows"),
        (pd.DataFrame([["a", "x"]], columns=["text", "text"]), "without distinct names"),
        (pd.DataFrame({0: ["a"], "label": ["x"]}), "without distinct names"),
        (frame(label=["x", 1]), "cannot be written as Parquet"),
        (frame(label=["x", object()]), "cannot be written as Parquet"),
        (frame(label=[2**70, 1]), "cannot be written as Parquet"),
        (frame(label=pd.Series(["x", "\ud800"], dtype=object)), "cannot be written as Parquet"),
    ],
)
def test_values_that_would_be_lost_or_cannot_be_written_are_refused(tmp_path, rows, problem):
    with pytest.raises(RequestError, match=problem) as caught:
        written(rows, None, tmp_path)

    assert [one.field for one in caught.value.problems] == ["dataset.train"]


def test_all_splits_problems_are_reported_at_once(tmp_path):
    with pytest.raises(RequestError) as caught:
        written({"train": frame()[:0], "dev": frame(), "test": [1]}, None, tmp_path)

    assert [one.field for one in caught.value.problems] == [
        "dataset.train",
        "dataset.dev",
        "dataset.test",
    ]


def test_a_data_set_keeps_the_names_of_its_classes(tmp_path):
    features = Features({"text": Value("string"), "label": ClassLabel(names=["neg", "pos"])})
    rows = Dataset.from_dict({"text": ["a", "b"], "label": [0, 1]}, features=features)

    paths = written(DatasetDict(train=rows.select([1]), test=rows), ["text", "label"], tmp_path)

    table = read(paths)
    assert table.to_pydict() == {"text": ["b"], "label": [1]}
    assert Features.from_arrow_schema(table.schema) == features


@pytest.mark.parametrize("rows", [frame(), Dataset.from_dict({"text": ["a"], "label": ["x"]})])
def test_a_named_column_that_is_not_there_is_refused_with_those_that_are(tmp_path, rows):
    with pytest.raises(RequestError) as caught:
        written({"train": rows, "test": rows}, ["body", "label"], tmp_path)

    assert [str(one) for one in caught.value.problems] == [
        'dataset.train: has no column "body". Its columns are ["text", "label"].',
        'dataset.test: has no column "body". Its columns are ["text", "label"].',
    ]


def test_the_names_of_splits_may_be_those_of_the_datasets_library(tmp_path):
    paths = written({Split.TRAIN: Dataset.from_dict({"text": ["a"]})}, None, tmp_path)

    assert json.loads(json.dumps(paths)).keys() == {"train"}
