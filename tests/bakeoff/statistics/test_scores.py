"""The metrics of resamples are those that a training job would compute of the drawn rows.

Only averages over labels differ: they are over the labels of the whole test set.
"""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from bakeoff.statistics import ComparisonSpec, Predictions, reduce_predictions
from bakeoff.statistics.scores import observed_scores, resampled_scores, scores_of
from scoring.scores import probabilities
from scoring.task import Task
from tests.support.predicted import comparison_spec, raw_predictions, valued

TASKS = ("binary", "multiclass", "multilabel", "regression")
THRESHOLD = 0.4


def of_a_job(spec: ComparisonSpec, predictions: Predictions) -> dict[str, float]:
    task = Task(spec.task, spec.labels, spec.positive_index)
    return task.scores(predictions.logits, predictions.labels, THRESHOLD)


def averages(spec: ComparisonSpec, whole: Predictions, drawn: Predictions) -> dict[str, float]:
    """scikit-learn's averages of the drawn rows, over the labels of the whole test set."""
    if spec.task == "regression":
        return {}
    if spec.task == "multilabel":
        occurring = np.flatnonzero(whole.labels.any(axis=0))
        predicted = probabilities(drawn.logits) >= THRESHOLD
    else:
        occurring = np.unique(whole.labels)
        predicted = drawn.logits.argmax(axis=-1)
    if not len(occurring):
        return {"macro_f1": 0.0}
    precision, recall, f1, _ = precision_recall_fscore_support(
        drawn.labels, predicted, labels=occurring, average="macro", zero_division=0
    )
    found = {"macro_f1": f1, "balanced_accuracy": recall}
    if spec.positive_index is None:
        found |= {"f1": f1, "precision": precision, "recall": recall}
    return {name: value for name, value in found.items() if name in spec.metrics}


def assert_like_the_jobs(spec, of_jobs, seed=0, draws=6):
    """All metrics, of the rows as they are and of some draws of them."""
    rows = len(of_jobs[0].ids)
    chance = np.random.default_rng(seed)
    drawn = [np.arange(rows), *(chance.integers(0, rows, rows) for _ in range(draws))]
    counts = np.stack([np.bincount(each, minlength=rows) for each in drawn], axis=1)
    jobs = [reduce_predictions(each, spec, 0, THRESHOLD) for each in of_jobs]

    found = scores_of(jobs, spec)(counts.astype(np.float32))

    assert tuple(found) == spec.metrics
    for place, predictions in enumerate(of_jobs):
        for column, each in enumerate(drawn):
            rows_drawn = Predictions(*(a[each] for a in vars(predictions).values()))
            wanted = of_a_job(spec, rows_drawn)
            if column > 0:
                wanted |= averages(spec, predictions, rows_drawn)
            for metric in spec.metrics:
                value = found[metric][place, column]
                assert value == pytest.approx(wanted[metric], abs=1e-9, rel=1e-9), metric


@pytest.mark.parametrize("task", TASKS)
def test_the_main_metric_alone_is_the_same_to_the_last_digit(task):
    spec = comparison_spec(task)
    predictions = raw_predictions(task, 300, seed=1)
    jobs = [reduce_predictions(predictions, spec, 0, THRESHOLD)]
    together = resampled_scores(scores_of(jobs, spec), 300, spec)
    for metric in spec.metrics:
        alone = replace(spec, main_metric=metric, main_metric_only=True)
        found = resampled_scores(scores_of(jobs, alone), 300, alone)
        assert list(found) == [metric]
        assert np.array_equal(found[metric], together[metric])


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("rows", [1, 2, 7, 300])
def test_all_metrics_are_those_of_the_training_job(task, rows):
    predictions = raw_predictions(task, rows, seed=rows)
    others = Predictions(
        predictions.ids, predictions.labels, -raw_predictions(task, rows, seed=1).logits
    )

    assert_like_the_jobs(comparison_spec(task), [predictions, others])


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_classes_without_rows_and_without_predictions_count_as_in_the_training_job():
    spec = comparison_spec("multiclass", labels=[str(number) for number in range(200)])
    predictions = raw_predictions("multiclass", 150, num_labels=200)

    assert_like_the_jobs(spec, [predictions])


def test_averages_are_over_the_same_labels_regardless_of_the_predictions():
    spec = comparison_spec("multiclass")
    ids, truth = np.arange(4), np.array([0, 0, 1, 1])
    # One wrong row each; the second job gives it a label that no test row has.
    jobs = [
        reduce_predictions(Predictions(ids, truth, np.eye(3)[predicted]), spec, 0)
        for predicted in ([0, 0, 1, 0], [0, 0, 1, 2])
    ]

    found = observed_scores(scores_of(jobs, spec), 4)

    # F1 of the first label 4/5 and 1, of the second 2/3: two labels either way.
    assert found["macro_f1"] == pytest.approx([(4 / 5 + 2 / 3) / 2, (1 + 2 / 3) / 2])
    assert found["precision"] == pytest.approx([(2 / 3 + 1) / 2, 1])


def test_labels_that_never_occur_count_as_in_the_training_job():
    spec = comparison_spec("multilabel")
    predictions = raw_predictions("multilabel", 40)
    never = Predictions(predictions.ids, predictions.labels, predictions.logits - 50)
    without = Predictions(predictions.ids, predictions.labels * 0, predictions.logits)

    assert_like_the_jobs(spec, [predictions, never])
    assert_like_the_jobs(spec, [without])


def test_equal_and_constant_numbers_have_the_correlation_of_the_training_job():
    ids, labels = np.arange(60), np.repeat([1.0, 2.0, 2.5], 20)
    chance = np.random.default_rng(0)
    rounded = np.round(labels + chance.normal(0, 1, 60))
    constant, far = np.full(60, 0.1), rounded + 1e6
    of_jobs = [Predictions(ids, labels, each) for each in (rounded, constant, far)]

    assert_like_the_jobs(comparison_spec("regression"), of_jobs)


def test_an_outlier_does_not_swallow_the_other_rows():
    labels = np.linspace(0, 1, 50)
    predictions = labels + np.random.default_rng(0).normal(0, 0.1, 50)
    predictions[0] = 1e8

    assert_like_the_jobs(
        comparison_spec("regression"), [Predictions(np.arange(50), labels, predictions)], draws=12
    )


def test_the_rows_as_they_are_are_one_resample_in_which_each_is_drawn_once():
    spec = comparison_spec("regression")
    jobs = [valued([1, 2, 3, 4], [1, 2, 3, 6])]

    found = observed_scores(scores_of(jobs, spec), 4)

    assert found["mae"].tolist() == [0.5]
    assert found["rmse"].tolist() == [1.0]
    assert found["spearman"] == pytest.approx([1.0])


def test_resamples_are_drawn_alike_for_all_jobs():
    spec = comparison_spec("binary")
    job = reduce_predictions(raw_predictions("binary", 30), spec, 0)

    found = resampled_scores(scores_of([job, job], spec), 30, spec)

    assert found["f1"].shape == (2, spec.resamples)
    assert (found["f1"][0] == found["f1"][1]).all()
    assert found["f1"][0].std() > 0
