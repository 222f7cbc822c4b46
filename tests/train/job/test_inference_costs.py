"""Inference is timed on real texts, and a failed measurement does not cost the result."""

import json

import numpy as np
import pytest

from job.inference_costs import BATCHES, LEAST_CALLS, inference_costs, inference_speed

ROWS = [[f"text {number}"] for number in range(150)]


class FakeModel:
    """Takes as many seconds as it says, by a clock that only it moves."""

    def __init__(self, seconds) -> None:
        self._seconds = seconds
        self.calls: list[list[list[str]]] = []
        self.time = 0.0

    def predict(self, rows):
        self.time += self._seconds(len(self.calls), rows)
        self.calls.append(rows)
        return np.zeros((len(rows), 2))

    def now(self) -> float:
        return self.time

    def speed(self, rows=ROWS):
        return inference_speed(self.predict, rows, self.now)

    def sizes(self) -> list[int]:
        return [len(rows) for rows in self.calls]


class FakeMemory:
    kind = "process"

    def __init__(self, peak: int | None = 1000) -> None:
        self.restarts = 0
        self._peak = peak

    def restart(self) -> None:
        self.restarts += 1

    def peak_bytes(self) -> int | None:
        return self._peak


def costs(folder, predict, memory=None):
    return inference_costs(
        predict,
        folder,
        memory or FakeMemory(),
        device="a CPU, 2 threads",
        tokens_per_text=7.5,
        environ={},
    )


@pytest.fixture
def sample(tmp_path):
    (tmp_path / "texts.json").write_text(json.dumps({"texts": ROWS}))
    return tmp_path


def test_percentiles_and_throughput_are_those_of_the_calls():
    # Of the calls with one row that count, the first takes 1 ms, the next 2 ms, and so on.
    def seconds(call, rows):
        return (call - 9) / 1000 if len(rows) == 1 else 0.064

    model = FakeModel(seconds)
    speed = model.speed()
    counted = np.arange(1, speed.latency_calls + 1) / 1000
    assert speed.latency_p50_seconds == pytest.approx(np.percentile(counted, 50))
    assert speed.latency_p95_seconds == pytest.approx(np.percentile(counted, 95))
    assert speed.latency_p99_seconds == pytest.approx(np.percentile(counted, 99))
    assert speed.rows_per_second_batch_1 == pytest.approx(1 / counted.mean())
    assert speed.rows_per_second_batch_32 == pytest.approx(500)
    assert speed.num_texts == 150


def test_the_first_calls_warm_up_and_do_not_count():
    slow_at_first = FakeModel(lambda call, rows: 0.2 if call < 3 else 0.001)
    assert slow_at_first.speed().latency_p99_seconds == pytest.approx(0.001)
    slow_batch = []

    def seconds(_, rows):
        slow_batch.append(len(rows))
        return 5.0 if len(rows) == 32 and slow_batch.count(32) == 1 else 0.01

    assert FakeModel(seconds).speed().rows_per_second_batch_32 == pytest.approx(3200)


def test_the_texts_are_taken_in_turn():
    model = FakeModel(lambda *_: 0.001)
    speed = model.speed()
    single = [rows[0] for rows in model.calls if len(rows) == 1][-speed.latency_calls :]
    assert single == ROWS
    batches = [rows for rows in model.calls if len(rows) == 32][1:]
    assert [text for rows in batches for text in rows][:200] == [*ROWS, *ROWS[:50]]


def test_a_slow_model_is_called_as_often_as_must_be_and_no_oftener():
    model = FakeModel(lambda *_: 2.5)
    assert model.speed().latency_calls == LEAST_CALLS == 100
    assert model.sizes() == [1] * 102 + [32] * 4


def test_a_model_that_is_too_slow_for_the_jobs_time_limit_is_given_up():
    model = FakeModel(lambda *_: 7.0)
    with pytest.raises(TimeoutError, match="not done after 301 seconds"):
        model.speed()
    assert len(model.calls) == 43


def test_a_fast_model_is_called_a_bounded_number_of_times():
    model = FakeModel(lambda *_: 1e-6)
    assert model.speed().latency_calls == len(ROWS)
    assert model.sizes() == [1] * (10 + len(ROWS)) + [32] * (1 + BATCHES.at_most)


def test_few_texts_are_repeated():
    model = FakeModel(lambda *_: 1e-6)
    speed = model.speed([["one", "two"], ["three", "four"]])
    assert (speed.num_texts, speed.latency_calls) == (2, 100)
    assert set(model.sizes()) == {1, 32}


def test_measurements_are_reported_with_the_hardware(sample):
    memory = FakeMemory(peak=12345)
    found = costs(sample, FakeModel(lambda *_: 0).predict, memory)
    assert found.notes == []
    assert found.measured is not None
    assert (found.measured.device, found.measured.tokens_per_text) == (
        "a CPU, 2 threads",
        7.5,
    )
    assert (found.measured.peak_bytes, memory.restarts) == (12345, 1)
    assert 0 < found.measured.latency_p50_seconds <= found.measured.latency_p99_seconds


def test_a_failed_measurement_is_reported_in_a_sentence(sample, tmp_path):
    def predict(rows):
        raise RuntimeError("CUDA out of memory.\nTried to allocate 20.00 MiB.")

    found = costs(sample, predict)
    assert found.measured is None
    assert found.notes == [
        "Inference could not be measured: RuntimeError: CUDA out of memory. Tried to allocate "
        "20.00 MiB."
    ]
    (note,) = costs(tmp_path / "nothing", FakeModel(lambda *_: 0).predict).notes
    assert note.startswith("Inference could not be measured: FileNotFoundError: ")
