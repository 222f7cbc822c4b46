"""Two models in turns, with a clock that moves while they answer."""

import numpy as np
import pytest

from exporting.side_by_side import side_by_side
from prediction.saved_folder import SavedModel
from scoring.task import Task

TASK = Task("binary", ("bad", "good"), 1)
BYTES = (400, 100)


class Clock:
    def __init__(self):
        self.now = 0.0
        self.calls = []

    def model(self, name, seconds_per_row, factor):
        def outputs(rows, on_rows):
            self.calls.append((name, len(rows)))
            self.now += seconds_per_row * len(rows)
            return np.array([[0.0, factor * len(row[0])] for row in rows])

        return SavedModel(TASK, False, None, None, outputs)

    def compare(self, rows, batch_rows, **options):
        models = (self.model("original", 0.1, 1.0), self.model("exported", 0.05, 2.0))
        return side_by_side(models, rows, batch_rows, BYTES, now=lambda: self.now, **options)


ROWS = [["x" * length] for length in (3, 9, 1, 7, 5)]


def test_the_answers_are_in_the_order_of_the_rows():
    found = Clock().compare(ROWS, 2)

    assert found.logits[0][:, 1].tolist() == [3, 9, 1, 7, 5]
    assert found.logits[1][:, 1].tolist() == [6, 18, 2, 14, 10]


def test_times_are_those_of_each_model_without_the_warm_up():
    found = Clock().compare(ROWS, 2)

    original, exported = found.speeds
    assert (original.rows_per_second, exported.rows_per_second) == pytest.approx((10, 20))
    assert (original.latency_p50_seconds, exported.latency_p95_seconds) == pytest.approx(
        (0.1, 0.05)
    )
    assert (original.num_bytes, exported.num_bytes) == BYTES
    assert found.latency_rows == len(ROWS)


def test_they_take_turns_in_who_goes_first():
    clock = Clock()
    done = []
    clock.compare(ROWS, 2, on_rows=done.append)

    warm_up, timed = clock.calls[:2], clock.calls[2:8]
    assert warm_up == [("original", 2), ("exported", 2)]
    assert timed == [
        ("original", 2),
        ("exported", 2),
        ("exported", 2),
        ("original", 2),
        ("original", 1),
        ("exported", 1),
    ]
    assert done == [2, 2, 1]


def test_slow_models_answer_fewer_rows_one_by_one():
    clock = Clock()
    models = (clock.model("original", 3.0, 1.0), clock.model("exported", 3.0, 1.0))

    found = side_by_side(models, ROWS * 100, 500, BYTES, now=lambda: clock.now)

    assert found.latency_rows == 20
