"""The scores of probabilities are scikit-learn's, or what one works out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, log_softmax, logit, softmax
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from bakeoff.metrics import PROBABILITY_METRICS
from bakeoff.statistics import Predictions, analyse, reduce_predictions
from bakeoff.statistics.probability_scores import ProbabilityScores
from bakeoff.statistics.ranking_quality import average_precision, roc_auc
from bakeoff.statistics.scores import observed_scores, resampled_scores
from tests.support.predicted import candidate, comparison_spec, raw_predictions

TARGETS = {"target_recall", "target_precision", "target_coverage"}
NAMES = {metric.name for metric in PROBABILITY_METRICS} - TARGETS
TEMPERATURE = 1.7
SKLEARN_RANKINGS = {"roc_auc": roc_auc_score, "average_precision": average_precision_score}


def scored(predictions, spec, temperature=TEMPERATURE):
    """By metric, of one job."""
    job = reduce_predictions(predictions, spec, 0, 0.5, temperature)
    found = observed_scores(ProbabilityScores([job]), len(predictions.ids))
    return {name: float(values[0]) for name, values in found.items()}


def one_hot(labels, num_labels):
    return np.eye(num_labels)[labels]


@pytest.mark.parametrize("rows", [3, 60, 700])
def test_of_two_labels_they_are_those_of_the_positive_one(rows):
    predictions = raw_predictions("binary", rows, seed=rows)
    chances = softmax(predictions.logits.astype(float), axis=1)[:, 1]

    found = scored(predictions, comparison_spec("binary"))

    assert set(found) == NAMES
    for name, wanted in SKLEARN_RANKINGS.items():
        assert found[name] == pytest.approx(wanted(predictions.labels, chances))
    assert found["brier"] == pytest.approx(brier_score_loss(predictions.labels, chances))
    scaled = log_softmax(predictions.logits.astype(float) / TEMPERATURE, axis=1)
    assert found["scaled_loss"] == pytest.approx(log_loss(predictions.labels, np.exp(scaled)))


@pytest.mark.parametrize("num_labels", [3, 12])
def test_of_more_labels_they_are_means_of_each_against_the_rest(num_labels):
    spec = comparison_spec("multiclass", labels=[str(each) for each in range(num_labels)])
    predictions = raw_predictions("multiclass", 400, num_labels=num_labels)
    chances = softmax(predictions.logits.astype(float), axis=1)
    truth = one_hot(predictions.labels, num_labels)

    found = scored(predictions, spec)

    assert set(found) == NAMES
    wanted = roc_auc_score(predictions.labels, chances, multi_class="ovr", average="macro")
    assert found["roc_auc"] == pytest.approx(wanted)
    wanted = average_precision_score(truth, chances, average="macro")
    assert found["average_precision"] == pytest.approx(wanted)
    wanted = brier_score_loss(predictions.labels, chances, scale_by_half=True)
    assert found["brier"] == pytest.approx(wanted)


def test_of_sets_of_labels_they_are_means_over_the_labels():
    predictions = raw_predictions("multilabel", 300)
    chances = expit(predictions.logits.astype(float))

    found = scored(predictions, comparison_spec("multilabel"))

    assert set(found) == NAMES
    for name, wanted in SKLEARN_RANKINGS.items():
        assert found[name] == pytest.approx(wanted(predictions.labels, chances, average="macro"))
    assert found["brier"] == pytest.approx(((chances - predictions.labels) ** 2).mean())
    scaled = expit(predictions.logits.astype(float) / TEMPERATURE)
    wanted = [
        log_loss(truth, of_label, labels=[0, 1])
        for truth, of_label in zip(predictions.labels.T, scaled.T, strict=True)
    ]
    assert found["scaled_loss"] == pytest.approx(np.mean(wanted))


def test_a_regression_has_none():
    job = reduce_predictions(raw_predictions("regression", 9), comparison_spec("regression"), 0)

    assert job.probabilities is None
    assert observed_scores(ProbabilityScores([job]), 9) == {}


def test_equal_scores_are_no_order():
    has_label = np.array([True, False, True, False, False])
    scores = np.array([2.0, 2.0, 1.0, 1.0, 0.0])

    for name, measure in (("roc_auc", roc_auc), ("average_precision", average_precision)):
        found = measure(scores, has_label)
        assert found.value == pytest.approx(SKLEARN_RANKINGS[name](has_label, scores))
        assert found.influence.mean() == pytest.approx(0)
    # One pair ties, one is right and one wrong: of six, 1/2 + 2 + 1/2 + 1 are won.
    assert roc_auc(scores, has_label).value == pytest.approx(4 / 6)


def test_there_is_no_ranking_without_rows_of_both_kinds():
    scores, all_have = np.arange(3.0), np.ones(3, bool)

    assert roc_auc(scores, all_have) is None and roc_auc(scores, ~all_have) is None
    assert average_precision(scores, all_have).value == 1
    assert average_precision(scores, ~all_have) is None
    predictions = replace(raw_predictions("binary", 20), labels=np.zeros(20, int))
    assert set(scored(predictions, comparison_spec("binary"))) == NAMES - {
        "roc_auc", "average_precision",
    }  # fmt: skip


def test_a_label_without_rows_is_in_no_mean():
    predictions = raw_predictions("multiclass", 200)
    extended = np.column_stack([predictions.logits, np.full(200, -3.0)])
    spec = comparison_spec("multiclass", labels=["a", "b", "c", "d"])
    chances = softmax(extended, axis=1)

    found = scored(replace(predictions, logits=extended), spec)

    wanted = np.mean(
        [roc_auc_score(predictions.labels == each, chances[:, each]) for each in range(3)]
    )
    assert found["roc_auc"] == pytest.approx(wanted)


@pytest.mark.parametrize("measure", ["roc_auc", "average_precision"])
def test_resamples_of_a_ranking_vary_as_rows_drawn_anew_do(measure):
    predictions, spec = raw_predictions("binary", 400, seed=5), comparison_spec(resamples=2000)
    job = reduce_predictions(predictions, spec, 0)
    estimated = resampled_scores(ProbabilityScores([job]), 400, spec)[measure][0]

    chance, exact = np.random.default_rng(1), []
    scores = predictions.logits[:, 1] - predictions.logits[:, 0]
    for _ in range(600):
        drawn = chance.integers(0, 400, 400)
        exact.append(SKLEARN_RANKINGS[measure](predictions.labels[drawn], scores[drawn]))

    assert estimated.std() == pytest.approx(np.std(exact), rel=0.12)
    assert estimated.mean() == pytest.approx(np.mean(exact), abs=0.2 * np.std(exact))


def confident(confidences, is_right):
    """Predictions of class 0 with these probabilities."""
    stated = logit(np.asarray(confidences, float))
    logits = np.column_stack([stated, np.zeros(len(stated))])
    return Predictions(np.arange(len(stated)), np.where(is_right, 0, 1), logits)


def test_the_calibration_error_is_the_mean_distance_of_stated_and_true_shares():
    # 30 rows fill 15 bins with two each: of every pair one is right.
    confidences = np.repeat(np.linspace(0.55, 0.97, 15), 2)
    predictions = confident(confidences, np.tile([True, False], 15))

    found = scored(predictions, comparison_spec("binary"), temperature=None)

    assert found["calibration_error"] == pytest.approx((confidences - 0.5).mean())
    assert "scaled_calibration_error" not in found and "scaled_loss" not in found


def test_equal_probabilities_share_a_bin():
    predictions = confident([0.8] * 10, [True] * 8 + [False] * 2)

    found = scored(predictions, comparison_spec("binary"))

    assert found["calibration_error"] == pytest.approx(0)
    scaled = expit(logit(0.8) / TEMPERATURE)
    assert found["scaled_calibration_error"] == pytest.approx(0.8 - scaled)


def test_a_set_of_labels_is_calibrated_label_by_label():
    chances = np.tile([0.9, 0.2], (10, 1))
    truth = np.zeros((10, 2))
    truth[:9, 0], truth[:4, 1] = 1, 1
    predictions = Predictions(np.arange(10), truth, logit(chances))

    found = scored(predictions, comparison_spec("multilabel", labels=["a", "b"]))

    # As often as stated with the first label; 0.4 instead of 0.2 with the second.
    assert found["calibration_error"] == pytest.approx(0.2 / 2)


def test_many_logits_are_reduced_part_by_part_to_the_same():
    spec = comparison_spec("multiclass", labels=[str(number) for number in range(60)])
    predictions = raw_predictions("multiclass", 40_000, num_labels=60)
    chances = softmax(predictions.logits.astype(float), axis=1)

    found = scored(predictions, spec)

    wanted = brier_score_loss(predictions.labels, chances, scale_by_half=True)
    assert found["brier"] == pytest.approx(wanted)


def test_a_candidate_has_the_mean_over_its_seeds_with_an_interval():
    spec = comparison_spec("binary")
    truth = raw_predictions("binary", 200).labels
    jobs = [
        reduce_predictions(
            replace(raw_predictions("binary", 200, seed), labels=truth), spec, seed, None, 1.2
        )
        for seed in (1, 2)
    ]

    found = analyse([candidate("a", *jobs)], spec).probability_scores["a"]

    assert set(found) == NAMES
    for metric in found.values():
        assert list(metric.by_seed) == [1, 2]
        assert metric.mean == pytest.approx(np.mean(list(metric.by_seed.values())))
        assert metric.interval.low < metric.mean < metric.interval.high


def test_a_metric_that_one_seed_lacks_is_left_out():
    spec = comparison_spec("binary")
    predictions = raw_predictions("binary", 50)
    jobs = [
        reduce_predictions(predictions, spec, seed, None, temperature)
        for seed, temperature in ((1, 1.2), (2, None))
    ]

    found = analyse([candidate("a", *jobs), candidate("b", jobs[0])], spec).probability_scores

    assert set(found["a"]) == NAMES - {"scaled_loss", "scaled_calibration_error"}
    assert set(found["b"]) == NAMES


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.8])
def test_at_a_target_recall_precision_and_coverage_are_those_of_its_threshold(threshold):
    predictions = raw_predictions("binary", 300)
    is_given = softmax(predictions.logits.astype(float), axis=1)[:, 1] >= threshold
    job = reduce_predictions(predictions, comparison_spec(), 0, target_threshold=threshold)

    scores = ProbabilityScores([job])
    drawn = np.random.default_rng(0).multinomial(300, np.full(300, 1 / 300), 400).T
    observed = observed_scores(scores, 300)
    resampled = scores(drawn.astype(np.float32))

    assert observed["target_recall"] == pytest.approx(recall_score(predictions.labels, is_given))
    wanted = precision_score(predictions.labels, is_given)
    assert observed["target_precision"] == pytest.approx(wanted)
    assert observed["target_coverage"] == pytest.approx(is_given.mean())
    exact = [
        precision_score(np.repeat(predictions.labels, draws), np.repeat(is_given, draws))
        for draws in drawn.T
    ]
    assert resampled["target_precision"][0].std() == pytest.approx(np.std(exact), rel=0.1)


def test_a_threshold_that_no_test_row_passes_has_no_precision():
    predictions = raw_predictions("binary", 50)
    job = reduce_predictions(predictions, comparison_spec(), 0, target_threshold=0.9999)

    found = observed_scores(ProbabilityScores([job]), 50)

    assert found["target_recall"] == found["target_coverage"] == 0
    assert "target_precision" not in found
