"""What a candidate costs to own, from what jobs measured and instances cost."""

import pytest

from bakeoff.comparison.ownership import best_throughput, costs, measured, whole_bytes

INFERENCE = {
    "device": "NVIDIA A10G",
    "latency_calls": 100,
    "latency_p50_seconds": 0.004,
    "latency_p95_seconds": 0.005,
    "latency_p99_seconds": 0.009,
    "rows_per_second_batch_1": 240.0,
    "rows_per_second_batch_32": 2000.0,
    "peak_bytes": 400_000_000,
    "tokens_per_text": 31.5,
}


def test_what_a_job_measured_has_the_names_of_the_tables():
    told = measured({"inference": INFERENCE, "train_peak_bytes": 900_000_000})
    assert told == {
        "inference_rows_per_second_batch_1": 240.0,
        "inference_rows_per_second_batch_32": 2000.0,
        "latency_p50_seconds": 0.004,
        "latency_p95_seconds": 0.005,
        "latency_p99_seconds": 0.009,
        "tokens_per_text": 31.5,
        "train_peak_bytes": 900_000_000,
        "inference_peak_bytes": 400_000_000,
    }


@pytest.mark.parametrize(
    "metrics", [{}, {"inference": None}, {"inference": "no"}, {"inference": {"peak_bytes": "x"}}]
)
def test_what_was_not_measured_is_unknown(metrics):
    assert set(measured(metrics).values()) == {None}


def test_peaks_are_whole_bytes_in_the_mean_over_seeds_too():
    row = whole_bytes({"inference_peak_bytes": 10.5, "train_peak_bytes": None, "tokens": 10.5})
    assert row == {"inference_peak_bytes": 10, "train_peak_bytes": None, "tokens": 10.5}


def test_costs_follow_from_the_price_the_time_and_the_throughput():
    # 3.6 dollars an hour are 0.001 a second; a million rows at 2000 a second take 500 seconds.
    assert costs({"ml.g5.xlarge": 3.6}, "ml.g5.xlarge", 900, 2000.0) == {
        "price_usd_per_hour": 3.6,
        "cost_usd": pytest.approx(0.9),
        "usd_per_million_predictions": pytest.approx(0.5),
    }


@pytest.mark.parametrize(
    ("prices", "seconds", "throughput", "known"),
    [
        ({}, 900, 2000.0, set()),
        ({"ml.g5.xlarge": None}, 900, 2000.0, set()),
        ({"ml.g5.2xlarge": 3.6}, 900, 2000.0, set()),
        (
            {"ml.g5.xlarge": 3.6},
            None,
            2000.0,
            {"price_usd_per_hour", "usd_per_million_predictions"},
        ),
        ({"ml.g5.xlarge": 3.6}, 900, None, {"price_usd_per_hour", "cost_usd"}),
        ({"ml.g5.xlarge": 3.6}, 900, 0.0, {"price_usd_per_hour", "cost_usd"}),
    ],
)
def test_what_lacks_a_factor_is_blank_and_never_guessed(prices, seconds, throughput, known):
    told = costs(prices, "ml.g5.xlarge", seconds, throughput)
    assert {name for name, value in told.items() if value is not None} == known


def test_what_was_free_costs_nothing_rather_than_being_unknown():
    assert costs({"local": 0.0}, "local", 900, 10.0)["cost_usd"] == 0.0


@pytest.mark.parametrize(
    ("one", "many", "best"),
    [(10.0, 50.0, 50.0), (16.0, 8.0, 16.0), (None, 8.0, 8.0), (None, None, None)],
)
def test_the_batch_size_that_is_faster_makes_the_price(one, many, best):
    row = {"inference_rows_per_second_batch_1": one, "inference_rows_per_second_batch_32": many}
    assert best_throughput(row) == best
