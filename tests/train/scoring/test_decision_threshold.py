"""The threshold from which on a row is given a label."""

import numpy as np
import pytest
from scipy.special import logit
from sklearn.metrics import f1_score

from scoring.decision_threshold import best_threshold
from scoring.scores import probabilities


def threshold_for(chances: list[list[float]], wanted: list[list[int]]) -> float:
    return best_threshold(logit(np.array(chances)), np.array(wanted))


def test_it_lies_between_what_should_be_given_and_what_should_not():
    # Of 0.9 (wanted), 0.6 (wanted), 0.2 and 0.1 the first two: F1 is 1.
    assert threshold_for([[0.9, 0.2], [0.1, 0.6]], [[1, 0], [0, 1]]) == pytest.approx(0.4)


def test_a_wrong_label_is_worth_two_right_ones():
    # Descending: 0.9 no, 0.8 yes, 0.7 yes, 0.1 no. Given 1: 0; 2: 2*1/(2+2) = 1/2;
    # 3: 2*2/(3+2) = 4/5; 4: 2*2/(4+2) = 2/3.
    assert threshold_for([[0.9, 0.8], [0.7, 0.1]], [[0, 1], [1, 0]]) == pytest.approx(0.4)


def test_it_may_give_every_label():
    assert threshold_for([[0.3, 0.2]], [[1, 1]]) == pytest.approx(0.1)


def test_equal_probabilities_are_not_parted():
    # Either both are given, 2*1/(2+1), or none.
    assert threshold_for([[0.4, 0.4, 0.2]], [[1, 0, 0]]) == pytest.approx(0.3)


def test_the_highest_of_equally_good_thresholds_is_chosen():
    # Given 1: 2*1/(1+2) = 2/3; 2: 2*1/(2+2); 3: 2*1/(3+2); 4: 2*2/(4+2) = 2/3.
    assert threshold_for([[0.9, 0.7, 0.5, 0.3]], [[1, 0, 0, 1]]) == pytest.approx(0.8)


def test_without_any_label_it_is_a_half():
    assert threshold_for([[0.9, 0.7]], [[0, 0]]) == 0.5


def test_neighbouring_floats_are_parted():
    chance = 0.3
    above = np.nextafter(chance, 1)
    logits = np.array([[logit(above), logit(chance)]])
    threshold = best_threshold(logits, np.array([[1, 0]]))
    assert (probabilities(logits) >= threshold).tolist()[0][0]


def test_no_other_threshold_has_a_better_micro_f1():
    chance = np.random.default_rng(3)
    logits = chance.normal(size=(40, 5)).round(1)
    wanted = (chance.random((40, 5)) < 1 / (1 + np.exp(-logits))).astype(int)
    chances = probabilities(logits)

    def micro_f1(threshold: float) -> float:
        return f1_score(wanted, chances >= threshold, average="micro", zero_division=0)

    best = micro_f1(best_threshold(logits, wanted))
    assert best == pytest.approx(max(micro_f1(each) for each in np.linspace(0, 1, 1001)))
