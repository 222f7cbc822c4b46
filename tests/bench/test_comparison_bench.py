"""The benchmarks of the comparison measure what they say, at a size that takes seconds."""

import json
import logging

import pytest

from bakeoff.metrics import METRICS_OF
from bench import comparison_coverage, comparison_speed
from bench.made_up_run import RUN


@pytest.mark.parametrize("task", METRICS_OF)
def test_every_task_is_compared_from_files_to_the_report(task, caplog):
    found, summary = comparison_speed.measure(task, 3, 2, 60)

    assert found["pairs"] == 3
    of_probabilities = 0 if task == "regression" else 6
    assert found["intervals"] == 3 * (len(METRICS_OF[task]) + of_probabilities)
    assert found["seconds"] > 0
    assert found["peak_bytes"] >= found["idle_bytes"] > 0
    assert found["file_bytes"]["summary.json"] == len(summary)
    assert found["file_bytes"]["report.html"] > 0
    # Compare survives what goes wrong beside the comparison, and says it here.
    said = [each.message for each in caplog.records if each.levelno >= logging.WARNING]
    assert said == [f"run {RUN} has no data card"]


def test_the_figures_of_a_comparison_are_written(tmp_path):
    file = tmp_path / "figures.json"
    size = ["--candidates", "2", "--seeds", "1", "--rows", "60", "--task", "binary"]

    comparison_speed.main([*size, "--json", str(file)])

    figures = json.loads(file.read_text())
    assert figures["tasks"]["binary"]["summary_peak_bytes"] > 0


def test_simulated_races_are_counted_beside_what_simpler_ways_find(tmp_path):
    file = tmp_path / "figures.json"

    comparison_coverage.main(["--races", "3", "--resamples", "20", "--json", str(file)])

    figures = json.loads(file.read_text())
    assert len(figures["copies"]) == 2 * 3 * 2
    assert {row["score"] for row in figures["intervals"]} == set(comparison_coverage.INTERVALS)
    shares = [row["bakeoff"] for row in figures["copies"] + figures["intervals"]]
    assert all(0 <= share <= 1 for share in shares)
    assert all(row["given"] <= row["any"] for row in figures["equals"])
    assert len(figures["chosen"]) == len(comparison_coverage.FIELDS) * 2 * 2
