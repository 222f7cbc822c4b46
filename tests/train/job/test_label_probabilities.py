"""label_probabilities.npz as a job writes it, and as the comparison reads it."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as pq
import pytest

from bakeoff.statistics import label_probabilities as read_side
from bakeoff.statistics.confident_learning import confident_labels
from job import label_probabilities as write_side
from job.label_probabilities import label_probabilities, write_label_probabilities
from tests.support.tiny_job import LABEL_WORDS, TinyJob, prepared_job
from training_data.text_rows import SPLITS


def left_by(job: TinyJob, num_labels: int) -> read_side.LabelProbabilities:
    file = job.metrics_file.with_name(read_side.FILE_NAME)
    return read_side.read_label_probabilities(file.read_bytes(), num_labels)


@pytest.fixture(scope="module")
def job(tmp_path_factory) -> TinyJob:
    """A job whose every tenth row or so has a label that its words contradict."""
    job = prepared_job(tmp_path_factory.mktemp("job"), method="tfidf", labels=tuple(LABEL_WORDS))
    assert job.run().status == 0
    return job


def test_both_sides_call_file_and_splits_alike():
    assert write_side.FILE_NAME == read_side.FILE_NAME
    assert SPLITS == read_side.SPLITS


def test_it_has_every_row_of_every_split(job):
    found = left_by(job, 3)

    for number, split in enumerate(SPLITS):
        rows = pq.read_table(job.dataset / f"{split}.parquet")
        assert found.ids[found.splits == number].tolist() == rows["id"].to_pylist()
        assert found.labels[found.splits == number].tolist() == rows["label"].to_pylist()
    assert found.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_test_rows_have_the_probabilities_of_the_trained_model(job):
    found, predictions = left_by(job, 3), job.predictions

    exponentials = np.exp(predictions["logits"] / job.metrics["temperature"])
    expected = exponentials / exponentials.sum(axis=1, keepdims=True)
    assert found.probabilities[found.splits == 2] == pytest.approx(expected, abs=1e-5)


def test_rows_whose_words_contradict_their_label_are_the_most_doubtful(job):
    found = left_by(job, 3)
    texts = [
        row["text"].split()
        for split in SPLITS
        for row in pq.read_table(job.dataset / f"{split}.parquet").to_pylist()
    ]
    label_words = list(LABEL_WORDS.values())
    is_wrong = np.array(
        [
            not set(words) & set(label_words[label])
            for words, label in zip(texts, found.labels, strict=True)
        ]
    )

    suspects = confident_labels(found.probabilities, found.labels)

    num_wrong = int(is_wrong.sum())
    assert num_wrong > 30
    assert is_wrong[np.argsort(-suspects.score)[:num_wrong]].mean() > 0.9
    assert suspects.is_suspect[is_wrong].mean() > 0.5
    assert suspects.is_suspect[~is_wrong].mean() < 0.02
    for row in suspects.order()[:30].tolist():
        assert found.texts[row] == [" ".join(texts[row])]


def test_the_time_is_a_phase_of_its_own_and_not_of_the_training(job):
    assert job.metrics["seconds"]["labels"] > 0
    assert not [note for note in job.metrics["notes"] if "Labels" in note]


@pytest.mark.parametrize("task", ["multilabel", "regression"])
def test_rows_of_several_labels_or_a_number_have_none(tmp_path, task):
    job = prepared_job(tmp_path, method="tfidf", task=task, labels=tuple(LABEL_WORDS))

    assert job.run().status == 0

    assert not job.metrics_file.with_name(read_side.FILE_NAME).exists()


class Rows:
    """As many rows of one split."""

    def __init__(self, count: int) -> None:
        self.ids = np.arange(count) + 1000
        self.labels = np.arange(count) % 2
        self.rows = [(f"text {row} " + "x" * 1000,) for row in range(count)]

    def __len__(self) -> int:
        return len(self.ids)


def trained(**rows):
    splits = {split: Rows(count) for split, count in rows.items()}
    return SimpleNamespace(
        splits=splits,
        validation_logits=np.zeros((rows["validation"], 2)),
        train_logits=lambda places: np.column_stack([places, -places]).astype(float),
    )


def test_of_many_train_rows_a_sample_is_looked_at(monkeypatch):
    monkeypatch.setattr(write_side, "MOST_TRAIN_ROWS", 7)
    job = trained(train=50, validation=4, test=6)

    found = label_probabilities(job, np.zeros((6, 2)), None)

    assert np.bincount(found.splits).tolist() == [7, 4, 6]
    of_train = found.ids[found.splits == 0]
    assert of_train.tolist() != list(range(1000, 1007))
    assert sorted(set(of_train)) == of_train.tolist()
    # Each row has the logits of its own place.
    assert np.argmax(found.probabilities[:7], axis=1).tolist() == [0] * 7


def test_test_rows_come_first_where_there_is_no_room_for_all(monkeypatch):
    monkeypatch.setattr(write_side, "MOST_PROBABILITIES", 2 * 12)
    job = trained(train=50, validation=4, test=6)

    found = label_probabilities(job, np.zeros((6, 2)), None)

    assert np.bincount(found.splits).tolist() == [2, 4, 6]


def test_only_the_most_doubtful_rows_have_texts_and_only_their_beginnings(
    tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(write_side, "MOST_TEXTS", 3)
    job = trained(train=10, validation=2, test=2)
    found = label_probabilities(job, np.array([[9.0, -9.0], [9.0, -9.0]]), 1.0)

    write_label_probabilities(tmp_path / "x.npz", found, job.splits)

    read = read_side.read_label_probabilities((tmp_path / "x.npz").read_bytes(), 2)
    assert len(read.texts) == 3
    assert all(text.startswith("text ") and len(text) == 300 for (text,) in read.texts.values())


def test_without_train_rows_or_a_linear_model_there_is_nothing_to_ask():
    job = trained(train=0, validation=2, test=2)
    assert label_probabilities(job, np.zeros((2, 2)), None) is None

    job = trained(train=5, validation=2, test=2)
    job.train_logits = None
    assert label_probabilities(job, np.zeros((2, 2)), None) is None
