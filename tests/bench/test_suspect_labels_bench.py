"""The benchmark of suspect labels changes labels, and counts which of them are listed first."""

import pyarrow as pa
import pyarrow.parquet as pq

from bench.suspect_labels import judged, write_changed
from tests.support.labelled_rows import judged as rows_with


def test_a_share_of_the_labels_is_changed_and_known(tmp_path):
    labels = ["no", "yes", "maybe"] * 40
    source = pa.table({"text": [f"text {row}" for row in range(120)], "label_text": labels})
    pq.write_table(source, tmp_path / "source.parquet")

    changed = write_changed(tmp_path / "source.parquet", tmp_path / "rows.parquet", 100, 0.1)

    rows = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    given = {row["text"]: label for row, label in zip(source.to_pylist(), labels, strict=True)}
    assert len(rows) == 100
    assert {
        place for place, row in enumerate(rows) if row["label"] != given[row["text"]]
    } == changed
    assert len(changed) == 10


def test_changed_labels_among_as_many_of_the_most_doubtful_are_found():
    rows = rows_with(num_rows=400, num_wrong=20)
    of_test = rows.splits == 2
    wrong = set(range(0, 400, 20))
    changed = {
        "test": {row for row in wrong if of_test[row]},
        "train": {row for row in wrong if not of_test[row]} | {1, 2, 3, 5, 6},
    }

    found = judged("films", "tfidf", 0.05, rows, changed, ["neg", "pos"], [])

    assert found.found_share == 20 / 25
    assert found.found_share_in_test == 1
    assert (found.rows, found.listed, found.listed_wrong) == (400, 20, 20)
    assert found.agreeing == 1 - 20 / 400


def test_of_data_as_they_are_nothing_is_to_be_found():
    rows = rows_with(num_rows=400, num_wrong=0)

    found = judged("films", "tfidf", 0.0, rows, {"train": set(), "test": set()}, ["a", "b"], [])

    assert found.found_share is None
    assert not found.are_many
