"""The rows on which models are screened."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scoring.task import Task
from screening.sampled_rows import sampled_rows

TASK = Task("multiclass", ("a", "b", "c"), None)


def written(path, labels, kind=None, pairs=False):
    columns = {
        "id": range(len(labels)),
        "text": [f"text {number}" for number in range(len(labels))],
        "label": pa.array(labels, kind or pa.int32()),
    }
    if pairs:
        columns["text_pair"] = [f"pair {number}" for number in range(len(labels))]
    pq.write_table(pa.table({name: pa.array(each) for name, each in columns.items()}), path)
    return path


def test_each_class_has_its_share_of_the_same_rows_every_time(tmp_path):
    path = written(tmp_path / "train.parquet", [0] * 60 + [1] * 30 + [2])

    rows = sampled_rows(path, TASK, 30, seed=1)

    assert np.bincount(rows.labels).tolist() == [19, 10, 1]
    assert rows.texts == sampled_rows(path, TASK, 30, seed=1).texts
    assert rows.texts != sampled_rows(path, TASK, 30, seed=2).texts
    numbers = [int(text.removeprefix("text ")) for (text,) in rows.texts]
    assert [[0] * 60 + [1] * 30 + [2]][0][numbers[0]] == rows.labels[0]
    assert numbers == sorted(numbers)


def test_all_rows_are_taken_if_there_are_not_more(tmp_path):
    rows = sampled_rows(written(tmp_path / "train.parquet", [0, 1, 2]), TASK, 30, seed=1)

    assert rows.texts == [("text 0",), ("text 1",), ("text 2",)]
    assert rows.labels.tolist() == [0, 1, 2]


def test_pairs_have_two_texts_and_label_sets_their_form(tmp_path):
    sets = pa.list_(pa.int32())
    path = written(tmp_path / "train.parquet", [[0, 2], [], [1]] * 5, sets, pairs=True)

    rows = sampled_rows(path, Task("multilabel", ("a", "b", "c"), None), 9, seed=1)

    assert len(rows) == 9
    assert all(pair == text.replace("text", "pair") for text, pair in rows.texts)
    assert rows.labels.shape == (9, 3)
    assert {tuple(row) for row in rows.labels.tolist()} == {(1, 0, 1), (0, 0, 0), (0, 1, 0)}
