"""The threshold for a wanted precision or recall of the positive label."""

import numpy as np
import pytest
from sklearn.metrics import precision_score, recall_score

from scoring.target_threshold import target_threshold

CHANCES = np.array([0.9, 0.8, 0.6, 0.4, 0.2])
HAS_LABEL = np.array([True, True, False, True, False])


def test_of_those_that_reach_a_precision_it_is_the_lowest():
    # From the top: 1/1, 2/2, 2/3, 3/4, 3/5.
    assert target_threshold(CHANCES, HAS_LABEL, "precision", 0.9) == pytest.approx(0.7)
    assert target_threshold(CHANCES, HAS_LABEL, "precision", 0.75) == pytest.approx(0.3)


def test_of_those_that_reach_a_recall_it_is_the_highest():
    assert target_threshold(CHANCES, HAS_LABEL, "recall", 0.6) == pytest.approx(0.7)
    assert target_threshold(CHANCES, HAS_LABEL, "recall", 0.7) == pytest.approx(0.3)


def test_there_is_none_if_no_threshold_reaches_it():
    never_first = np.array([False, True, False, True, False])

    assert target_threshold(CHANCES, never_first, "precision", 0.9) is None
    assert target_threshold(CHANCES, np.zeros(5, bool), "precision", 0.1) is None
    assert target_threshold(CHANCES, np.zeros(5, bool), "recall", 0.1) is None


def test_equal_probabilities_are_not_parted():
    equal = np.array([0.9, 0.5, 0.5, 0.1])
    has_label = np.array([True, True, False, False])

    # With one of the two equal rows the precision would be 1.
    assert target_threshold(equal, has_label, "precision", 0.8) == pytest.approx(0.7)
    assert target_threshold(equal, has_label, "recall", 1.0) == pytest.approx(0.3)


@pytest.mark.parametrize("value", [0.3, 0.6, 0.85])
@pytest.mark.parametrize("metric", ["precision", "recall"])
def test_the_rows_that_it_was_chosen_on_reach_it(metric, value):
    chance = np.random.default_rng(3)
    has_label = chance.random(500) < 0.4
    chances = np.clip(chance.normal(0.35 + 0.3 * has_label, 0.2), 0.001, 0.999).round(2)

    found = target_threshold(chances, has_label, metric, value)

    score = {"precision": precision_score, "recall": recall_score}[metric]
    assert score(has_label, chances >= found) >= value


@pytest.mark.parametrize("metric", ["precision", "recall"])
def test_a_target_that_takes_every_row_is_reached_where_some_are_of_no_probability(metric):
    chances, has_label = np.array([0.9, 0.0, 0.0]), np.array([True, True, False])

    assert target_threshold(chances, has_label, metric, 0.6) == 0.0
