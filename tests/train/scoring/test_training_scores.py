"""Scores, by hand-worked examples, and the lines that tell them."""

import re
from math import log, sqrt

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score, precision_score, recall_score

from bakeoff.jobs.metric_definitions import all_metric_definitions
from bakeoff.metrics import METRICS_OF
from job.log_lines import evaluation_line
from scoring.scores import (
    CLASSIFICATION_METRICS,
    METRICS,
    MULTILABEL_METRICS,
    REGRESSION_METRICS,
    classification_scores,
    multilabel_scores,
    regression_scores,
)

CHANCE = np.random.default_rng(5)
LABELS = CHANCE.integers(0, 3, 200)
LOGITS = CHANCE.normal(size=(200, 3)).astype(np.float32)

# Three classes; the rows are given
#   labels     0 0 0 1 1 2
#   predicted  0 0 1 1 2 2
THREE_LABELS = np.array([0, 0, 0, 1, 1, 2])
THREE_PREDICTED = [0, 0, 1, 1, 2, 2]


def logits_for(predicted: list[int], num_classes: int = 2) -> np.ndarray:
    return np.eye(num_classes, dtype=np.float32)[predicted]


def three_class_scores() -> dict[str, float]:
    return classification_scores(logits_for(THREE_PREDICTED, 3), THREE_LABELS, None)


def test_the_loss_is_the_mean_cross_entropy():
    expected = torch.nn.functional.cross_entropy(torch.tensor(LOGITS), torch.tensor(LABELS))
    assert classification_scores(LOGITS, LABELS, None)["loss"] == pytest.approx(expected.item())


def test_the_loss_is_in_nats():
    # Probabilities 3/4 and 1/4; the labels have 3/4 and 1/4 of them.
    logits = np.log(np.array([[3.0, 1.0], [3.0, 1.0]]))
    scores = classification_scores(logits, np.array([0, 1]), 1)
    assert scores["loss"] == pytest.approx((log(4 / 3) + log(4)) / 2)


def test_the_loss_of_sure_mistakes_is_large_and_finite():
    logits = np.array([[1e4, -1e4]], dtype=np.float32)
    assert classification_scores(logits, np.array([1]), 1)["loss"] == pytest.approx(2e4)


def test_with_a_positive_label_scores_are_about_that_label_alone():
    labels = np.array([0, 0, 0, 1, 1])
    logits = logits_for([0, 0, 1, 1, 0])
    about_one = classification_scores(logits, labels, 1)
    assert about_one["accuracy"] == pytest.approx(3 / 5)
    assert (about_one["precision"], about_one["recall"]) == (1 / 2, 1 / 2)
    about_zero = classification_scores(logits, labels, 0)
    assert (about_zero["precision"], about_zero["recall"]) == pytest.approx((2 / 3, 2 / 3))


def test_without_one_scores_are_means_over_the_labels():
    predicted = LOGITS.argmax(axis=1)
    scores = classification_scores(LOGITS, LABELS, None)
    assert scores["f1"] == f1_score(LABELS, predicted, average="macro")
    assert scores["precision"] == precision_score(LABELS, predicted, average="macro")
    assert scores["recall"] == recall_score(LABELS, predicted, average="macro")


def test_macro_f1_counts_labels_alike_and_weighted_f1_by_their_rows():
    # F1 of class 0: 2 hits of 2 given and 3 wanted, 2*2/(2+3) = 4/5; of class 1: 2*1/(2+2) = 1/2;
    # of class 2: 2*1/(2+1) = 2/3.
    scores = three_class_scores()
    assert scores["macro_f1"] == pytest.approx((4 / 5 + 1 / 2 + 2 / 3) / 3)
    assert scores["weighted_f1"] == pytest.approx((3 * 4 / 5 + 2 * 1 / 2 + 1 * 2 / 3) / 6)


def test_balanced_accuracy_is_the_mean_recall():
    # Recalls 2/3, 1/2 and 1.
    assert three_class_scores()["balanced_accuracy"] == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)


def test_the_matthews_coefficient_of_two_classes():
    # labels 1 1 1 0 0 0, predicted 1 1 0 0 0 1: TP 2, TN 2, FP 1, FN 1.
    # (2*2 - 1*1) / sqrt(3*3*3*3) = 1/3
    scores = classification_scores(logits_for([1, 1, 0, 0, 0, 1]), np.array([1, 1, 1, 0, 0, 0]), 1)
    assert scores["mcc"] == pytest.approx(1 / 3)


def test_the_matthews_coefficient_of_more_classes():
    # 4 of 6 are right; labels are 3, 2, 1 of each class, predictions 2, 2, 2:
    # (4*6 - (3*2 + 2*2 + 1*2)) / sqrt((36 - 12) * (36 - 14)) = 12 / sqrt(528)
    assert three_class_scores()["mcc"] == pytest.approx(12 / sqrt(528))


@pytest.mark.filterwarnings("error")
def test_a_label_that_is_never_predicted_has_precision_zero():
    scores = classification_scores(logits_for([0, 0]), np.array([0, 1]), 1)
    assert (scores["precision"], scores["recall"], scores["f1"]) == (0.0, 0.0, 0.0)
    assert scores["mcc"] == 0.0


@pytest.mark.filterwarnings("error")
def test_a_class_that_is_predicted_only_does_not_count_in_balanced_accuracy():
    scores = classification_scores(logits_for([0, 0, 2], 3), np.array([0, 0, 1]), None)
    assert scores["balanced_accuracy"] == 1 / 2


@pytest.mark.filterwarnings("error")
def test_averages_are_over_the_labels_that_occur_regardless_of_the_predictions():
    labels = np.array([0, 0, 1, 1])
    scores = classification_scores(logits_for([0, 0, 1, 2], 3), labels, None)
    assert scores["macro_f1"] == scores["f1"] == pytest.approx((1 + 2 / 3) / 2)
    assert scores["precision"] == 1.0
    assert scores["recall"] == 3 / 4


# Two rows and three labels; from the threshold 0.5 on a logit counts that is at least 0.
#   wanted   1 0 1   0 1 0
#   logits   2 1 -1  -3 3 -2
#   given    1 1 0   0 1 0
MULTI_HOT = np.array([[1, 0, 1], [0, 1, 0]], dtype=np.float32)
MULTI_LOGITS = np.array([[2.0, 1.0, -1.0], [-3.0, 3.0, -2.0]], dtype=np.float32)


def test_micro_f1_counts_rows_and_labels_together():
    # 2 hits, 3 given, 3 wanted: 2*2/6.
    scores = multilabel_scores(MULTI_LOGITS, MULTI_HOT, 0.5)
    assert scores["micro_f1"] == pytest.approx(2 / 3)


def test_macro_f1_of_several_labels_is_the_mean_over_them():
    # Label 0: 1 hit of 1 and 1; label 1: 1 hit of 2 given and 1 wanted, 2/3; label 2: none.
    scores = multilabel_scores(MULTI_LOGITS, MULTI_HOT, 0.5)
    assert scores["macro_f1"] == pytest.approx((1 + 2 / 3 + 0) / 3)


def test_macro_f1_of_several_labels_leaves_out_those_that_no_row_has():
    wanted = MULTI_HOT * [1, 1, 0]
    scores = multilabel_scores(np.array([[2.0, 1.0, 1.0], [-3.0, 3.0, -2.0]]), wanted, 0.5)
    assert scores["macro_f1"] == pytest.approx((1 + 2 / 3) / 2)


def test_a_subset_is_right_if_all_its_labels_are():
    assert multilabel_scores(MULTI_LOGITS, MULTI_HOT, 0.5)["subset_accuracy"] == 1 / 2


def test_ranking_average_precision_counts_labels_above_each_true_label():
    # Row 0: label 0 is first (1 of 1), label 2 is third with two wanted among three (2/3): 5/6.
    # Row 1: label 1 is first: 1.
    scores = multilabel_scores(MULTI_LOGITS, MULTI_HOT, 0.5)
    assert scores["ranking_average_precision"] == pytest.approx((5 / 6 + 1) / 2)


def test_the_loss_of_several_labels_is_the_mean_over_rows_and_labels():
    # Probabilities 3/4 and 1/5; wanted the first, not the second.
    logits = np.log(np.array([[3.0, 0.25]]))
    scores = multilabel_scores(logits, np.array([[1, 0]]), 0.5)
    assert scores["loss"] == pytest.approx((log(4 / 3) + log(5 / 4)) / 2)


def test_the_loss_of_several_labels_is_finite_for_sure_mistakes():
    scores = multilabel_scores(np.array([[1e4, -1e4]]), np.array([[0, 1]]), 0.5)
    assert scores["loss"] == pytest.approx(1e4)


def test_the_threshold_decides_which_labels_are_given():
    # The sigmoid of 1 is 0.731, of 2 is 0.881.
    scores = multilabel_scores(MULTI_LOGITS, MULTI_HOT, 0.8)
    # 2 hits, 2 given, 3 wanted.
    assert scores["micro_f1"] == pytest.approx(4 / 5)


@pytest.mark.filterwarnings("error")
def test_rows_without_a_label_are_right_if_none_is_given():
    nothing = np.zeros((2, 3))
    scores = multilabel_scores(np.full((2, 3), -5.0), nothing, 0.5)
    assert scores["subset_accuracy"] == 1.0
    assert scores["micro_f1"] == scores["macro_f1"] == 0.0


def test_errors_of_a_regression_are_in_the_label_s_unit():
    # Errors 1, 1, -2: squares 1, 1, 4.
    scores = regression_scores(np.array([2.0, 3.0, 1.0]), np.array([1.0, 2.0, 3.0]))
    assert scores["loss"] == pytest.approx(6 / 3)
    assert scores["rmse"] == pytest.approx(sqrt(2))
    assert scores["mae"] == pytest.approx(4 / 3)


def test_correlations_of_a_regression():
    # Deviations of predictions (0, 1, -1), of labels (-1, 0, 1): -1 / (sqrt(2) * sqrt(2)).
    scores = regression_scores(np.array([2.0, 3.0, 1.0]), np.array([1.0, 2.0, 3.0]))
    assert scores["pearson"] == pytest.approx(-1 / 2)
    # Of ranks the same.
    assert scores["spearman"] == pytest.approx(-1 / 2)


def test_spearman_looks_at_the_order_only():
    labels = np.array([1.0, 2.0, 3.0, 4.0])
    scores = regression_scores(np.array([1.0, 2.0, 3.0, 10.0]), labels)
    assert scores["spearman"] == pytest.approx(1.0)
    # Deviations of predictions (-3, -2, -1, 6), of labels (-3, -1, 1, 3)/2:
    # (9 + 2 - 1 + 18)/2 / sqrt((9 + 4 + 1 + 36) * 5) = 14 / sqrt(250)
    assert scores["pearson"] == pytest.approx(14 / sqrt(250))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("predictions", "labels"), [([2.0, 2.0], [1.0, 3.0]), ([1.0, 3.0], [2.0, 2.0]), ([1.0], [2.0])]
)
def test_constant_values_have_no_correlation(predictions, labels):
    scores = regression_scores(np.array(predictions, dtype=np.float32), np.array(labels))
    assert scores["pearson"] == scores["spearman"] == 0.0
    assert scores["mae"] == 1.0


def test_the_job_knows_the_metrics_that_the_comparison_shows():
    assert METRICS_OF["binary"] == METRICS_OF["multiclass"] == CLASSIFICATION_METRICS
    assert METRICS_OF["multilabel"] == MULTILABEL_METRICS
    assert METRICS_OF["regression"] == REGRESSION_METRICS


@pytest.mark.parametrize("value", [0.0, 1.0, 0.1, 1e-07, 0.30000000000000004, 123456.789, 2e22, -1])
def test_numbers_are_printed_so_that_they_are_found_exactly(value):
    line = evaluation_line("test", 2.0, dict.fromkeys(METRICS, value))
    found = [
        float(match[1])
        for definition in all_metric_definitions()
        if (match := re.search(definition["Regex"], line))
    ]
    assert found == [value] * len(METRICS)


def test_the_line_of_an_epoch_has_its_training_loss():
    scores = dict.fromkeys(REGRESSION_METRICS, 0.5)
    line = evaluation_line("validation", 1.0, scores, train_loss=0.25)
    assert line == (
        "bakeoff split=validation epoch=1 train_loss=0.25 loss=0.5 pearson=0.5 spearman=0.5 "
        "rmse=0.5 mae=0.5"
    )


def test_a_line_has_nothing_but_metrics():
    line = evaluation_line("validation", 1.0, {"loss": 0.5, "threshold": 0.3, "runtime": 2.0})
    assert line == "bakeoff split=validation epoch=1 loss=0.5"
