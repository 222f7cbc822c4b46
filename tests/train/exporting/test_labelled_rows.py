"""Rows with labels, from a file or from a run."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exporting.labelled_rows import labelled_rows, prepared_rows
from prediction.saved_folder import FolderError
from scoring.task import Task

CLASSES = Task("multiclass", ("bad", "good", "mixed"), None)
SETS = Task("multilabel", ("bad", "good", "mixed"), None)
NUMBERS = Task("regression", (), None)


@pytest.fixture
def model(tmp_path):
    """A model's folder whose texts and labels are in the columns `review` and `stars`."""
    folder = tmp_path / "model"
    folder.mkdir()
    about = {"text_columns": ["review"], "label_columns": ["stars"], "label_delimiter": None}
    (folder / "bakeoff.json").write_text(json.dumps(about))
    return folder


def read(tmp_path, model, task, lines, **about):
    if about:
        known = json.loads((model / "bakeoff.json").read_text())
        (model / "bakeoff.json").write_text(json.dumps(known | about))
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(lines) + "\n")
    return labelled_rows(path, model, task, is_pair=False, spool=tmp_path / "spool")


def test_labels_get_the_numbers_of_the_training(tmp_path, model):
    found = read(tmp_path, model, CLASSES, ["review,stars", "a,mixed", "b,good", ",mixed"])

    assert found.rows == [["a"], ["b"], [""]]
    assert found.labels.tolist() == [2, 1, 2]
    assert found.ids.tolist() == [0, 1, 2]


def test_several_labels_to_a_row_are_read_as_in_training(tmp_path, model):
    lines = ["review,stars", "a,good;mixed", "b,", "c,mixed"]
    found = read(tmp_path, model, SETS, lines, label_delimiter=";")

    assert found.labels.tolist() == [[0, 1, 1], [0, 0, 0], [0, 0, 1]]


def test_numbers_stay_as_they_are(tmp_path, model):
    found = read(tmp_path, model, NUMBERS, ["review,stars", "a,1.5", "b,-2"])

    assert found.labels.tolist() == [1.5, -2]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["review,stars", "a,good", "b,great"], "labels that the model does not know: 'great'"),
        (["review,label", "a,good"], "no column 'stars', which holds the labels"),
        (["text,stars", "a,good"], "no column 'review'"),
    ],
)
def test_what_does_not_fit_the_model_is_said(lines, words, tmp_path, model):
    with pytest.raises(FolderError, match=words):
        read(tmp_path, model, CLASSES, lines)


def test_values_that_are_no_texts_are_told_by_number(tmp_path, model):
    lines = [{"review": "a", "stars": "good"}, {"review": 7, "stars": "bad"}]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))

    with pytest.raises(FolderError, match=r"row 2 of .* not a text"):
        labelled_rows(path, model, CLASSES, is_pair=False, spool=tmp_path / "spool")


def test_a_prepared_split_is_read_as_it_is(tmp_path):
    table = {"id": [7, 3], "text": ["a", "b"], "text_pair": ["c", "d"], "label": [1, 0]}
    pq.write_table(pa.table(table), tmp_path / "test.parquet")

    found = prepared_rows(tmp_path / "test.parquet", CLASSES)

    assert found.rows == [("a", "c"), ("b", "d")]
    assert (found.ids.tolist(), found.labels.tolist()) == ([7, 3], [1, 0])
    assert found.labels.dtype == np.int64
