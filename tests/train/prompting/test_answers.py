"""What a language model may answer, and what its answers are worth."""

import numpy as np
import pytest

from prompting.answers import Answers
from prompting.outputs import Reading, readings
from scoring.task import Task

REGRESSION = Task("regression", (), None)
MULTICLASS = Task("multiclass", ("sad", "glad", "C17"), None)


@pytest.mark.parametrize(
    ("labels", "texts"),
    [
        ([0.0, 2.7, 5.0], ["0", "1", "2", "3", "4", "5"]),
        ([-1.0, 1.0], ["-1", "0", "1"]),
        ([3.0, 3.0], ["3"]),
        ([0.5, 1.5], ["0.5", "0.6", "0.7", "0.8", "0.9", "1.0", "1.1", "1.2", "1.3", "1.4", "1.5"]),
        ([0.0, 100.0], [str(number) for number in range(0, 101, 10)]),
    ],
)
def test_a_regression_has_few_numbers_of_the_range_of_train(labels, texts):
    answers = Answers.of(REGRESSION, np.array(labels), {})
    assert answers.texts == texts
    assert answers.values == pytest.approx([float(text) for text in texts])


@pytest.mark.parametrize(("number", "text"), [(2.5, "2.5"), (3.0, "3")])
def test_rows_of_one_number_leave_no_choice(number, text):
    answers = Answers.of(REGRESSION, np.array([number, number]), {})
    assert (answers.values, answers.texts) == ([number], [text])


def test_numbers_that_lie_close_together_are_told_apart():
    texts = Answers.of(REGRESSION, np.array([100.01, 100.05]), {}).texts
    assert len(set(texts)) == 11


def test_right_answers_are_names_or_the_nearest_number():
    answers = Answers.of(MULTICLASS, np.array([0, 1]), {})
    assert answers.right(MULTICLASS, np.array([1, 0])) == ["glad", "sad"]
    numbers = Answers.of(REGRESSION, np.array([0.0, 5.0]), {})
    assert numbers.right(REGRESSION, np.array([2.4, 4.6])) == ["2", "5"]
    several = Task("multilabel", ("sad", "glad"), None)
    right = Answers.of(several, np.zeros((1, 2)), {}).right(several, np.array([[1, 1], [0, 0]]))
    assert right == ["sad, glad", "none"]


def test_labels_are_answered_as_the_request_describes_them():
    described = Answers.of(MULTICLASS, np.array([0]), {"C17": "a complaint"})
    assert described.texts == ["sad", "glad", "a complaint"]


def test_what_an_answer_gains_over_a_text_without_content_counts():
    likelihoods, content_free = np.array([[-1.0, -2.0]]), np.array([-0.5, -3.0])
    calibrated = Reading(is_calibrated=True).outputs(likelihoods, content_free, [])
    assert calibrated.tolist() == [[-0.5, 1.0]]
    plain = Reading(is_calibrated=False).outputs(likelihoods, content_free, [])
    assert plain.tolist() == [[-1.0, -2.0]]


def test_a_number_is_the_mean_of_the_scale_weighted_by_likelihood():
    likelihoods = np.log([[0.5, 0.25, 0.25]])
    plain = Reading(is_calibrated=False).outputs(likelihoods, np.zeros(3), [0.0, 1.0, 4.0])
    # 0 / 2 + 1 / 4 + 4 / 4
    assert plain == pytest.approx(np.array([[1.25]]))
    sharp = Reading(is_calibrated=False, sharpness=2.0)
    # The squares are 4, 1 and 1 of 6.
    found = sharp.outputs(likelihoods, np.zeros(3), [0.0, 1.0, 4.0])
    assert found == pytest.approx(np.array([[5 / 6]]))


def test_a_calibrated_reading_is_preferred_and_only_numbers_have_a_sharpness():
    assert readings(MULTICLASS) == [Reading(True), Reading(False)]
    assert readings(REGRESSION)[0] == Reading(True, 1.0)
    assert len(readings(REGRESSION)) > 2
