"""Values worked by hand from the paper's equations 1 and 2.

By hand, too, the suspects and their order were compared with those of cleanlab 2.9.0
(find_label_issues, filter_by="confident_learning", by its normalised margin) on twenty made-up data
sets of two to eight labels: with thresholds up to 1 they were equal.
"""

from functools import partial

import numpy as np
import pytest

from bakeoff.statistics import confident_learning

# The examples are small enough to be worked by hand.
confident = partial(confident_learning.confident_labels, fewest_rows=1)


def test_a_row_that_reaches_the_threshold_of_another_label_is_suspect():
    # Thresholds: (0.9 + 0.7 + 0.2) / 3 = 0.6 of label 0, (0.8 + 0.6 + 0.4) / 3 = 0.6 of label 1.
    of_one = np.array([0.1, 0.3, 0.8, 0.8, 0.6, 0.4])
    labels = np.array([0, 0, 0, 1, 1, 1])

    found = confident(np.column_stack([1 - of_one, of_one]), labels)

    # The last row is 0.6 for label 0, which is just enough.
    assert found.is_suspect.tolist() == [False, False, True, False, False, True]
    assert found.score[[2, 5]] == pytest.approx([(1 + 0.8 - 0.2) / 2, (1 + 0.6 - 0.4) / 2])
    assert found.likely[[2, 5]].tolist() == [1, 0]
    assert found.order().tolist() == [2, 5]


def test_a_label_that_is_rarely_sure_has_a_lower_threshold():
    probabilities = np.array(
        [
            [0.9, 0.05, 0.05],
            [0.9, 0.05, 0.05],
            # Label 1 is never probable; half is as sure as it gets.
            [0.3, 0.5, 0.2],
            [0.4, 0.5, 0.1],
            [0.1, 0.1, 0.8],
            # Labelled 2, and as sure as rows of label 1 are; 0.6 for label 0 would not do.
            [0.2, 0.55, 0.25],
            [0.6, 0.1, 0.3],
        ]
    )
    labels = np.array([0, 0, 1, 1, 2, 2, 2])

    found = confident(probabilities, labels)

    assert np.flatnonzero(found.is_suspect).tolist() == [5]
    assert found.likely[5] == 1


def test_a_row_whose_own_label_is_the_most_probable_is_never_suspect():
    probabilities = np.array([[0.95, 0.05], [0.55, 0.45], [0.65, 0.35], [0.7, 0.3]])

    # Label 1 has the threshold 0.325, which the row labelled 0 with 0.45 reaches.
    found = confident(probabilities, np.array([0, 0, 1, 1]))

    assert not found.is_suspect[1]


def test_where_a_model_is_nearly_always_sure_no_wrong_label_falls_short_of_the_mean():
    of_one = np.array([0.02, 0.01, 0.99, 0.96, 0.97, 0.98])
    probabilities, labels = np.column_stack([1 - of_one, of_one]), np.array([0, 0, 1, 1, 0, 1])

    assert np.flatnonzero(confident(probabilities, labels).is_suspect).tolist() == [4]
    # By the paper's own rule it is not: the mean of label 1 is 0.977.
    assert not confident(probabilities, labels, highest_threshold=1.0).is_suspect.any()


def test_no_row_counts_as_a_label_that_no_row_has():
    probabilities = np.array([[0.1, 0.2, 0.7], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1]])

    found = confident(probabilities, np.array([0, 0, 1]))

    assert not found.is_suspect.any()


def test_rows_of_a_label_that_is_too_rare_to_be_learnt_are_not_suspect():
    labels = np.array([0] * 40 + [1] * 40 + [2] * 9 + [3] * 10)
    # The model gives 0 to all rows of labels 2 and 3.
    taken_for = np.where(labels > 1, 0, labels)
    probabilities = np.full((99, 4), 0.02)
    probabilities[np.arange(99), taken_for] = 0.94

    found = confident_learning.confident_labels(probabilities, labels)

    assert np.flatnonzero(found.is_suspect).tolist() == list(range(89, 99))
