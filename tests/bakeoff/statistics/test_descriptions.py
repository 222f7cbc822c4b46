"""Statistics of single candidates and of single rows."""

import numpy as np
import pytest

from bakeoff.statistics import JobPredictions
from bakeoff.statistics.confusion import confusion
from bakeoff.statistics.hardest_rows import HardestRows
from bakeoff.statistics.label_scores import label_scores
from tests.support.predicted import candidate, classified, comparison_spec, valued


def labelled(truth, predicted, seed=0):
    """A multi-label job."""
    truth, predicted = np.array(truth, bool), np.array(predicted, bool)
    rows = len(truth)
    return JobPredictions(
        seed, np.arange(rows), truth, predicted, np.ones(rows), np.full(rows, 0.7)
    )


def hardest_rows(candidates, spec, **limit):
    hardest = HardestRows(spec, **limit)
    for each in candidates:
        if each.jobs:
            hardest.add(each)
    return hardest.rows()


def test_a_confusion_matrix_has_true_labels_in_rows_and_means_over_the_seeds():
    truth = [0, 0, 1, 1, 1]
    jobs = [classified(truth, [0, 1, 1, 1, 0]), classified(truth, [0, 0, 1, 1, 0])]

    found = confusion(candidate("a", *jobs), comparison_spec())

    assert found.labels == ["no", "yes"]
    assert found.counts == [[1.5, 0.5], [1.0, 2.0]]


def test_the_20th_label_of_many_combines_those_with_the_fewest_rows():
    labels = [f"l{number}" for number in range(30)]
    truth = np.repeat(np.arange(30), np.arange(30))
    predicted = np.where(truth == 29, 0, truth)

    found = confusion(
        candidate("a", classified(truth, predicted)), comparison_spec("multiclass", labels=labels)
    )

    assert found.labels == [*labels[11:], "other"]
    assert np.array(found.counts).shape == (20, 20)
    assert found.counts[18][19] == 29
    assert found.counts[19][19] == sum(range(11))
    assert np.sum(found.counts) == len(truth)


def test_a_label_may_be_called_other():
    labels = ["other", *(f"l{number}" for number in range(25))]
    truth = np.repeat(np.arange(26), 30 - np.arange(26))

    found = confusion(
        candidate("a", classified(truth, truth)), comparison_spec("multiclass", labels=labels)
    )

    assert found.labels[0] == "other"
    assert found.labels[-1] == "(other)"


def test_there_is_no_confusion_where_rows_have_no_single_label():
    job = valued([1.0], [2.0])
    assert confusion(candidate("a", job), comparison_spec("regression")) is None
    job = labelled([[1, 0, 0]], [[1, 0, 0]])
    assert confusion(candidate("a", job), comparison_spec("multilabel")) is None
    assert confusion(candidate("a"), comparison_spec()) is None


def test_scores_of_labels_by_hand():
    truth = [0, 0, 0, 1, 1, 2]
    jobs = [classified(truth, [0, 0, 1, 1, 0, 1]), classified(truth, truth)]

    no, yes, never = label_scores(candidate("a", *jobs), comparison_spec("multiclass"))

    assert (no.label, no.rows) == ("a", 3)
    assert (no.precision, no.recall, no.f1) == pytest.approx(((2 / 3 + 1) / 2,) * 3)
    assert yes.precision == pytest.approx((1 / 3 + 1) / 2)
    assert yes.recall == pytest.approx((1 / 2 + 1) / 2)
    assert yes.f1 == pytest.approx((0.4 + 1) / 2)
    assert (never.precision, never.recall, never.f1) == (0.5, 0.5, 0.5)


def test_scores_of_several_labels_by_hand():
    job = labelled([[1, 0, 0], [1, 1, 0], [0, 1, 0]], [[1, 0, 1], [0, 1, 0], [0, 1, 0]])

    a, b, c = label_scores(candidate("a", job), comparison_spec("multilabel"))

    assert (a.rows, a.precision, a.recall, a.f1) == (2, 1.0, 0.5, pytest.approx(2 / 3))
    assert (b.rows, b.precision, b.recall, b.f1) == (2, 1.0, 1.0, 1.0)
    assert (c.rows, c.precision, c.recall, c.f1) == (0, 0.0, 0.0, 0.0)


def test_a_regression_and_a_candidate_without_jobs_have_no_scores_of_labels():
    assert label_scores(candidate("a", valued([1.0], [2.0])), comparison_spec("regression")) == []
    assert label_scores(candidate("a"), comparison_spec()) == []


def test_the_hardest_rows_are_those_that_most_jobs_get_wrong_the_surest_first():
    truth = [0, 0, 0, 0]
    first = classified(truth, [1, 1, 1, 0], confidence=[0.6, 0.9, 0.6, 0.9])
    again = classified(truth, [1, 1, 0, 0], confidence=[0.6, 0.9, 0.6, 0.9], seed=1)
    second = classified(truth, [1, 1, 0, 0], confidence=[0.6, 0.9, 0.6, 0.9])

    found = hardest_rows([candidate("a", first, again), candidate("b", second)], comparison_spec())

    assert [row.id for row in found] == [1, 0, 2]
    assert [row.wrong_share for row in found] == pytest.approx([1, 1, 1 / 3])
    assert found[0].label == "no"
    predictions = [
        (each.candidate, each.predicted, each.confidence) for each in found[0].predictions
    ]
    assert predictions == [("a", "yes", 0.9), ("b", "yes", 0.9)]


def test_the_number_of_rows_is_limited():
    job = classified([0] * 50, [1] * 50)

    assert len(hardest_rows([candidate("a", job)], comparison_spec())) == 20
    assert len(hardest_rows([candidate("a", job)], comparison_spec(), limit=3)) == 3


def test_baselines_do_not_decide_which_rows_are_hard_but_their_predictions_are_shown():
    model = candidate("a", classified([0, 0], [0, 1]))
    baseline = candidate("base", classified([0, 0], [1, 0]), method="tfidf")

    (row,) = hardest_rows([model, baseline], comparison_spec())
    assert row.id == 1
    assert [each.candidate for each in row.predictions] == ["a", "base"]

    (row,) = hardest_rows([candidate("failed"), baseline], comparison_spec())
    assert row.id == 0


def test_in_a_regression_the_hardest_rows_are_the_farthest_off():
    job, other = valued([1, 2, 3], [1, 2.5, 7]), valued([1, 2, 3], [1, 1.5, 3])

    found = hardest_rows(
        [candidate("a", job), candidate("b", other)], comparison_spec("regression")
    )

    assert [(row.id, row.wrong_share) for row in found] == [(2, 2.0), (1, 0.5)]
    assert (found[0].label, found[0].predictions[0].predicted) == ("3", "7")
    assert found[0].predictions[0].confidence is None


def test_several_labels_are_separated_by_commas_and_no_label_is_empty():
    job = labelled([[1, 1, 0], [0, 0, 0]], [[0, 0, 0], [0, 1, 1]])

    found = hardest_rows([candidate("a", job)], comparison_spec("multilabel"))

    assert [(row.label, row.predictions[0].predicted) for row in found] == [
        ("a, b", ""),
        ("", "b, c"),
    ]


def test_without_predictions_there_are_no_hard_rows():
    assert hardest_rows([], comparison_spec()) == []
    assert hardest_rows([candidate("a")], comparison_spec()) == []
