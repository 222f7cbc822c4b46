"""The loss of quality of an exported model, by the project's paired statistics."""

import numpy as np
import pytest

from bakeoff.errors import DocumentError
from bakeoff.export.comparison import loss_of_quality
from bakeoff.export.measurement import ExportMeasurement, ModelSpeed
from bakeoff.statistics.predictions import Predictions

SPEED = ModelSpeed(
    num_bytes=100, rows_per_second=10.0, latency_p50_seconds=0.1, latency_p95_seconds=0.2
)


def measured(task="binary", labels=("bad", "good"), num_rows=1000, threshold=None):
    return ExportMeasurement(
        schema_version=1,
        task=task,
        labels=[*labels],
        positive_label=labels[1] if task == "binary" else None,
        threshold=threshold,
        num_rows=num_rows,
        batch_rows=64,
        latency_rows=200,
        device="a processor",
        runtime="onnxruntime 1",
        original=SPEED,
        exported=SPEED,
    )


def binary(num_rows, wrong, sure=2.0):
    """Right but for the rows `wrong`."""
    labels = np.arange(num_rows) % 2
    given = labels.copy()
    given[[*wrong]] = 1 - given[[*wrong]]
    logits = np.eye(2)[given] * sure
    return Predictions(np.arange(num_rows), labels, logits)


def test_the_same_answers_lose_nothing_where_rows_are_many():
    one = binary(1000, range(100))

    found = loss_of_quality(measured(), one, one, "accuracy")

    assert (found.original, found.exported, found.difference) == (0.9, 0.9, 0.0)
    assert (found.interval.low, found.interval.high) == (0.0, 0.0)
    assert (found.other_answers, found.is_small, found.is_worse) == (0.0, True, False)


def test_the_same_answers_of_few_rows_exclude_no_loss():
    one = binary(100, range(10))

    assert not loss_of_quality(measured(num_rows=100), one, one, "accuracy").is_small


def test_the_interval_is_paired_by_rows():
    original, exported = binary(1000, range(100)), binary(1000, range(4, 104))

    found = loss_of_quality(measured(), original, exported, "accuracy")

    # Eight rows differ: as many were lost as were gained.
    assert found.difference == 0
    assert found.other_answers == pytest.approx(0.008)
    # Two separate samples of 1,000 rows would give 0.026.
    assert found.interval.high == pytest.approx(0.0066, abs=0.001)
    assert found.is_small


def test_a_clear_loss_is_worse_and_not_small():
    original, exported = binary(1000, range(100)), binary(1000, range(160))

    found = loss_of_quality(measured(), original, exported, "f1")

    assert found.difference == pytest.approx(-0.06, abs=0.002)
    assert found.interval.high < 0
    assert (found.is_worse, found.is_small) == (True, False)


def test_more_loss_is_worse_where_less_is_better():
    original, exported = binary(1000, [], sure=3.0), binary(1000, [], sure=2.0)

    found = loss_of_quality(measured(), original, exported, "loss")

    assert found.difference > 0
    assert found.is_worse
    assert found.small_loss == pytest.approx(found.original / 100)
    better = loss_of_quality(measured(), exported, original, "loss")
    assert (better.is_worse, better.is_small) == (False, True)


def test_several_labels_are_given_by_the_threshold():
    labels = np.array([[1, 0], [0, 1], [1, 1], [0, 0]] * 50)
    original = Predictions(np.arange(200), labels, np.where(labels == 1, -0.5, -3.0))
    exported = Predictions(np.arange(200), labels, np.where(labels == 1, -0.9, -3.0))

    found = loss_of_quality(
        measured("multilabel", num_rows=200, threshold=0.3), original, exported, "micro_f1"
    )

    assert (found.original, found.exported, found.other_answers) == (1.0, 0.0, 0.75)


def test_numbers_have_no_answers_to_count():
    labels = np.linspace(0, 5, 300)
    original = Predictions(np.arange(300), labels, labels + 0.1)
    exported = Predictions(np.arange(300), labels, labels + 0.2)

    found = loss_of_quality(measured("regression", (), 300), original, exported, "rmse")

    assert found.other_answers is None
    assert found.difference == pytest.approx(0.1)
    assert found.is_worse


def test_answers_that_are_no_numbers_are_refused():
    broken = Predictions(np.arange(2), np.arange(2), np.full((2, 2), np.nan))

    with pytest.raises(DocumentError, match="not finite"):
        loss_of_quality(measured(num_rows=2), binary(2, []), broken, "f1")
