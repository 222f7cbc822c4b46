"""The benchmarks of the comparison measure what they say, at a size that takes seconds."""

import json

from bakeoff.metrics import METRICS_OF
from bench import comparison_coverage, comparison_speed


def test_every_task_is_compared_from_files_to_intervals_and_pairs(tmp_path):
    file = tmp_path / "figures.json"
    size = ["--candidates", "3", "--seeds", "2", "--rows", "300", "--resamples", "20"]

    comparison_speed.main([*size, "--json", str(file)])

    figures = json.loads(file.read_text())
    assert set(figures["tasks"]) == set(METRICS_OF)
    for task, found in figures["tasks"].items():
        assert found["pairs"] == 3
        assert found["intervals"] == 3 * len(METRICS_OF[task])
        assert 0 < found["analysis_seconds"] <= found["seconds"]
        assert found["peak_bytes"] >= found["read_bytes"] > 0


def test_simulated_races_are_counted_beside_what_simpler_ways_find(tmp_path):
    file = tmp_path / "figures.json"

    comparison_coverage.main(["--races", "3", "--resamples", "20", "--json", str(file)])

    figures = json.loads(file.read_text())
    assert len(figures["copies"]) == 2 * 3 * 2
    assert {row["score"] for row in figures["intervals"]} == set(comparison_coverage.INTERVALS)
    shares = [row["bakeoff"] for row in figures["copies"] + figures["intervals"]]
    assert all(0 <= share <= 1 for share in shares)
    assert all(row["given"] <= row["any"] for row in figures["equals"])
