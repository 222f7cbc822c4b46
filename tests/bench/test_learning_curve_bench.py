"""The benchmark of learning curves compares forecasts with scores."""

import pyarrow as pa
import pyarrow.parquet as pq

from bench.learning_curve import Forecast, line, total, write_sample


def made_up(**changes):
    values = {
        "data_set": "films",
        "method": "tfidf",
        "seed": 0,
        "metric": "f1",
        "train_rows": 4000,
        "scores": [0.7, 0.75, 0.78, 0.8],
        "forecast": 0.805,
        "low": 0.79,
        "high": 0.82,
        "gain": 0.02,
        "effect": "adds",
        "reason": None,
    }
    return Forecast(**(values | changes))


def test_a_miss_is_the_forecast_minus_the_score_at_all_rows():
    near, far = made_up(), made_up(forecast=0.83, low=0.81, high=0.85)

    assert (round(near.miss, 6), near.is_covered) == (0.005, True)
    assert (round(far.miss, 6), far.is_covered) == (0.03, False)
    assert round(near.miss_of_no_gain, 6) == -0.02
    assert "misses by +0.50" in line(near) and "NOT COVERED" in line(far)


def test_the_total_counts_those_with_a_forecast_alone():
    without = made_up(forecast=None, low=None, high=None, reason="The scores fall.")

    assert total([made_up(), made_up(forecast=0.83, low=0.81, high=0.85), without]) == (
        "2 of 3 with a forecast: mean miss 1.75, of no gain 2.00; 1 within a point, 1 covered"
    )
    assert "no forecast: The scores fall." in line(without)
    assert total([without]) == "there is no forecast"


def test_a_sample_keeps_texts_and_label(tmp_path):
    source = pa.table({"text": ["a", "b", "c"], "label": [0, 1, 0], "label_text": ["n", "p", "n"]})
    pq.write_table(source, tmp_path / "source.parquet")

    assert write_sample(tmp_path / "source.parquet", tmp_path / "rows.parquet", 2) == 2

    rows = pq.read_table(tmp_path / "rows.parquet")
    assert rows.column_names == ["text", "label"]
    assert set(rows["label"].to_pylist()) <= {"n", "p"}
