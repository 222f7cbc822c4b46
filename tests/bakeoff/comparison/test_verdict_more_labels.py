"""The sentences on what more labels would add."""

import pytest

from bakeoff.comparison.verdict_more_labels import on_more_labels
from bakeoff.summary.interval import Interval
from bakeoff.summary.more_labels import CandidateCurve, LabelForecast, MoreLabels
from tests.support import summary_samples

SAMPLE = summary_samples.binary()


def said(metric="f1", reason=None, **forecast):
    values = {
        "train_rows": 16000,
        "gain": 0.018,
        "gain_interval": Interval(low=0.009, high=0.029),
        "score": 0.9,
        "interval": Interval(low=0.88, high=0.92),
        "effect": "adds",
        "law": [],
    }
    curve = CandidateCurve(
        candidate=SAMPLE.candidates[2].candidate,
        points=[],
        forecast=None if reason else LabelForecast(**(values | forecast)),
        reason=reason,
    )
    (sentence,) = on_more_labels(MoreLabels(metric=metric, candidates=[curve]), SAMPLE.candidates)
    return sentence


@pytest.mark.parametrize(
    ("effect", "sentence"),
    [
        (
            "adds",
            "Twice the labels would add about 1.8 points (0.9 to 2.9) of F1 to baseline/tfidf.",
        ),
        (
            "unclear",
            "Twice the labels may add about 1.8 points (0.9 to 2.9) of F1 to baseline/tfidf.",
        ),
        (
            "hardly",
            "More labels would hardly help baseline/tfidf: twice as many would add about 1.8 "
            "points (0.9 to 2.9) of F1.",
        ),
    ],
)
def test_the_gain_is_told_with_its_interval(effect, sentence):
    assert said(effect=effect) == sentence


def test_an_error_is_lowered_in_its_own_unit():
    assert said("rmse", gain=0.0512, gain_interval=Interval(low=0.02, high=0.09)) == (
        "Twice the labels would lower the RMSE by about 0.0512 (0.02 to 0.09) for baseline/tfidf."
    )


def test_a_single_point_is_one():
    assert "about 1.0 point (" in said(gain=0.0101)


def test_without_a_forecast_the_reason_is_told():
    assert said(reason="The training on 25 % of the rows failed.") == (
        "What more labels would add to baseline/tfidf is not known: The training on 25 % of the "
        "rows failed."
    )


def test_without_any_training_the_reason_is_told():
    found = MoreLabels(metric="f1", reason="90 train rows are too few for a learning curve.")
    assert on_more_labels(found, SAMPLE.candidates) == [
        "There is no learning curve: 90 train rows are too few for a learning curve."
    ]
