import numpy as np
import pytest
from scipy.special import log_softmax

from bakeoff.errors import DocumentError
from bakeoff.statistics import (
    CandidatePredictions,
    Predictions,
    read_predictions,
    reduce_predictions,
)
from tests.support.predicted import comparison_spec, npz, raw_predictions


def test_the_file_of_a_job_is_read():
    content = npz(ids=np.array([4, 7]), labels=np.array([0, 1]), logits=np.eye(2, dtype="f4"))

    found = read_predictions(content)

    assert found.ids.tolist() == [4, 7]
    assert found.labels.tolist() == [0, 1]
    assert found.logits.tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a zip archive",
        npz(ids=np.arange(2), labels=np.arange(2)),
        npz(ids=np.arange(2), labels=np.arange(3), logits=np.zeros((3, 2))),
        npz(ids=np.arange(1), labels=np.array([{}], dtype=object), logits=np.zeros((1, 2))),
        npz(ids=np.arange(2), labels=np.arange(2), logits=np.zeros((2, 2)))[:-40],
        npz(ids=np.arange(9), labels=np.arange(9), logits=np.ones((9, 2)))[:100] + b"\0" * 500,
        npz(ids=np.array(1), labels=np.array(1), logits=np.array(1)),
    ],
)
def test_any_other_file_is_refused_with_one_error(content):
    with pytest.raises(DocumentError):
        read_predictions(content)


@pytest.mark.parametrize(
    ("task", "changed"),
    [
        ("binary", {"logits": np.zeros((5, 3))}),
        ("binary", {"labels": np.full(5, 2)}),
        ("binary", {"labels": np.full(5, -1)}),
        ("binary", {"labels": np.full(5, 0.5)}),
        ("binary", {"logits": np.full((5, 2), np.nan)}),
        ("multilabel", {"labels": np.zeros(5)}),
        ("regression", {"logits": np.zeros((5, 1))}),
        ("regression", {"labels": np.full(5, np.inf)}),
        ("regression", {"labels": np.array(list("abcde"))}),
        ("regression", {name: np.zeros(0) for name in ("ids", "labels", "logits")}),
    ],
)
def test_arrays_that_do_not_fit_the_task_are_refused(task, changed):
    arrays = vars(raw_predictions(task, 5)) | changed

    with pytest.raises(DocumentError):
        reduce_predictions(Predictions(**arrays), comparison_spec(task), seed=1, threshold=0.5)


def test_labels_cannot_be_given_without_a_threshold():
    with pytest.raises(DocumentError, match="threshold"):
        reduce_predictions(raw_predictions("multilabel", 5), comparison_spec("multilabel"), seed=1)


def test_the_probability_of_the_class_or_of_the_set_of_labels_is_kept():
    logits = np.log(np.array([[0.8, 0.2], [0.4, 0.6]]))
    job = reduce_predictions(
        Predictions(np.arange(2), np.array([0, 0]), logits), comparison_spec("binary"), seed=5
    )
    assert job.seed == 5
    assert job.predicted.tolist() == [0, 1]
    assert job.confidence == pytest.approx([0.8, 0.6])
    assert job.loss == pytest.approx(-np.log([0.8, 0.4]))

    odds = np.log(np.array([[0.9, 0.2, 0.5]]) / np.array([[0.1, 0.8, 0.5]]))
    job = reduce_predictions(
        Predictions(np.arange(1), np.array([[1, 0, 0]]), odds),
        comparison_spec("multilabel"),
        seed=0,
        threshold=0.4,
    )
    assert job.predicted.tolist() == [[True, False, True]]
    assert job.confidence == pytest.approx([0.9 * 0.8 * 0.5])


def test_a_method_without_chance_is_known():
    assert CandidatePredictions("a", "full", []).has_chance
    assert not CandidatePredictions("a", "frozen", []).has_chance
    assert not CandidatePredictions("a", "tfidf", []).has_chance


def test_many_logits_are_reduced_part_by_part_to_the_same():
    spec = comparison_spec("multiclass", labels=[str(number) for number in range(60)])
    predictions = raw_predictions("multiclass", 40_000, num_labels=60)

    job = reduce_predictions(predictions, spec, seed=0)

    wanted = -log_softmax(predictions.logits.astype(float), axis=1)
    assert job.predicted.tolist() == wanted.argmin(axis=1).tolist()
    assert job.loss == pytest.approx(wanted[np.arange(40_000), predictions.labels])
    assert job.confidence == pytest.approx(np.exp(-wanted.min(axis=1)))
