"""The metrics of resamples are those that a training job would have computed of the drawn rows."""

import numpy as np
import pytest

from bakeoff.statistics import Predictions, Question, reduce_predictions
from bakeoff.statistics.scores import observed_scores, resampled_scores, scores_of
from scoring.task import Task
from tests.support.predicted import question, raw_predictions, valued

TASKS = ("binary", "multiclass", "multilabel", "regression")
THRESHOLD = 0.4


def of_a_job(asked: Question, predictions: Predictions) -> dict[str, float]:
    task = Task(asked.task, asked.labels, asked.positive_index)
    return task.scores(predictions.logits, predictions.labels, THRESHOLD)


def assert_like_the_jobs(asked, of_jobs, seed=0, draws=6):
    """All metrics, of the rows as they are and of some draws of them."""
    rows = len(of_jobs[0].ids)
    chance = np.random.default_rng(seed)
    drawn = [np.arange(rows), *(chance.integers(0, rows, rows) for _ in range(draws))]
    counts = np.stack([np.bincount(each, minlength=rows) for each in drawn], axis=1)
    jobs = [reduce_predictions(each, asked, 0, THRESHOLD) for each in of_jobs]

    found = scores_of(jobs, asked)(counts.astype(np.float32))

    assert tuple(found) == asked.metrics
    for place, predictions in enumerate(of_jobs):
        for column, each in enumerate(drawn):
            wanted = of_a_job(asked, Predictions(*(a[each] for a in vars(predictions).values())))
            for metric in asked.metrics:
                value = found[metric][place, column]
                assert value == pytest.approx(wanted[metric], abs=1e-9, rel=1e-9), metric


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("rows", [1, 2, 7, 300])
def test_all_metrics_are_those_of_the_training_job(task, rows):
    predictions = raw_predictions(task, rows, seed=rows)
    others = Predictions(
        predictions.ids, predictions.labels, -raw_predictions(task, rows, seed=1).logits
    )

    assert_like_the_jobs(question(task), [predictions, others])


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_classes_without_rows_and_without_predictions_count_as_in_the_training_job():
    asked = question("multiclass", labels=[str(number) for number in range(200)])
    predictions = raw_predictions("multiclass", 150, num_labels=200)

    assert_like_the_jobs(asked, [predictions])


def test_several_labels_that_are_never_given_count_as_in_the_training_job():
    asked = question("multilabel")
    predictions = raw_predictions("multilabel", 40)
    never = Predictions(predictions.ids, predictions.labels, predictions.logits - 50)
    without = Predictions(predictions.ids, predictions.labels * 0, predictions.logits)

    assert_like_the_jobs(asked, [predictions, never])
    assert_like_the_jobs(asked, [without])


def test_equal_and_constant_numbers_have_the_correlation_of_the_training_job():
    ids, labels = np.arange(60), np.repeat([1.0, 2.0, 2.5], 20)
    chance = np.random.default_rng(0)
    rounded = np.round(labels + chance.normal(0, 1, 60))
    constant, far = np.full(60, 0.1), rounded + 1e6
    of_jobs = [Predictions(ids, labels, each) for each in (rounded, constant, far)]

    assert_like_the_jobs(question("regression"), of_jobs)


def test_an_outlier_does_not_swallow_the_other_rows():
    labels = np.linspace(0, 1, 50)
    predictions = labels + np.random.default_rng(0).normal(0, 0.1, 50)
    predictions[0] = 1e8

    assert_like_the_jobs(
        question("regression"), [Predictions(np.arange(50), labels, predictions)], draws=12
    )


def test_the_rows_as_they_are_are_one_resample_in_which_each_is_drawn_once():
    asked = question("regression")
    jobs = [valued([1, 2, 3, 4], [1, 2, 3, 6])]

    found = observed_scores(scores_of(jobs, asked), 4)

    assert found["mae"].tolist() == [0.5]
    assert found["rmse"].tolist() == [1.0]
    assert found["spearman"] == pytest.approx([1.0])


def test_resamples_are_drawn_alike_for_all_jobs():
    asked = question("binary")
    job = reduce_predictions(raw_predictions("binary", 30), asked, 0)

    found = resampled_scores(scores_of([job, job], asked), 30, asked)

    assert found["f1"].shape == (2, asked.resamples)
    assert (found["f1"][0] == found["f1"][1]).all()
    assert found["f1"][0].std() > 0
